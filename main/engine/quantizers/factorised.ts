import type { FactorisedQuantizerSpec } from '@shared/specs';
import { denseLayer } from '../nn';
import type { Program } from '../tensorflow/graph';
import { codebookQuantizer } from './codebook-quantizer';
import type { Quantizer } from './quantizer';

/**
 * Factorised codes (Yu et al. 2021, section 3.2; LlamaGen): latents of D components are projected down to d, looked up in a
 * codebook of d columns, on the unit sphere with `normalised`, and projected up again. What a code means then has D
 * components, and where it is looked up only d, in which few codes are never the nearest. Both projections are learnt;
 * the quantizer's terms are on the d components.
 */
export function factorisedQuantizer(
  program: Program,
  name: string,
  spec: FactorisedQuantizerSpec,
  seed: number,
): Quantizer {
  const { dimension, codeDimension } = spec;
  const down = denseLayer(program, `${name}/down`, { inputs: dimension, units: codeDimension });
  const up = denseLayer(program, `${name}/up`, { inputs: codeDimension, units: dimension });
  const inner = codebookQuantizer(program, name, { ...spec, dimension: codeDimension }, seed, {
    isUnit: spec.normalised,
  });
  const fit = inner.prepare;
  const projections = ['down', 'up'].flatMap((side) => [`${name}/${side}/kernel`, `${name}/${side}/bias`]);

  return {
    ...inner,
    dimension,
    weights: [...inner.weights, ...program.trainable.filter((variable) => projections.includes(variable.name))],
    codebook: (stage) => up(inner.codebook(stage)),
    indices: (latents) => inner.indices(down(latents)),
    lookUp: (indices) => up(inner.lookUp(indices)),
    quantize(latents, step) {
      const found = inner.quantize(down(latents), step);
      return { ...found, quantized: up(found.quantized) };
    },
    ...(fit ? { prepare: (latents: Float32Array) => fit(projected(latents)) } : {}),
  };

  /** `down` of latents [M, D] → [M, d], outside of a graph. */
  function projected(latents: Float32Array): Float32Array {
    const { [`${name}/down/kernel`]: kernel, [`${name}/down/bias`]: bias } = program.read(projections);
    const count = latents.length / dimension;
    const out = new Float32Array(count * codeDimension);
    for (let row = 0; row < count; row++) {
      for (let column = 0; column < codeDimension; column++) {
        let sum = bias?.data[column] ?? 0;
        for (let at = 0; at < dimension; at++) {
          sum += (latents[row * dimension + at] ?? 0) * (kernel?.data[at * codeDimension + column] ?? 0);
        }
        out[row * codeDimension + column] = sum;
      }
    }
    return out;
  }
}
