import type { SimVqSpec } from '@shared/specs';
import { hyper, normalInit, uniformInit } from '../nn';
import type { Program } from '../tensorflow/graph';
import * as ops from '../tensorflow/ops';
import { nearest, perplexityOf } from './nearest';
import type { Quantizer } from './quantizer';

/**
 * SimVQ (Zhu et al. 2024): codes are e W, a frozen table e [K, D] drawn from N(0, 1 / D) times one learnt matrix W [D, D].
 * A gradient of any code moves W and with it all codes, so that none is left behind. The terms are
 *
 *   commitment   β · ‖z − sg[e W]‖²        codebook   w · ‖sg[z] − e W‖²
 *
 * as means over all components. W begins as PyTorch's linear layer does, uniform in ±1 / sqrt(D).
 */
export function simVq(program: Program, name: string, spec: SimVqSpec, _seed: number): Quantizer {
  const { codes, dimension } = spec;
  const commitment = hyper(program, `${name}/commitment`, spec.commitment);
  const limit = 1 / Math.sqrt(dimension);
  const frozen = program.variable(
    `${name}/frozen-codebook`,
    { shape: [codes, dimension], initialiser: normalInit(limit) },
    { trainable: false },
  );
  const kernel = program.variable(`${name}/transform/kernel`, {
    shape: [dimension, dimension],
    initialiser: uniformInit(-limit, limit),
  });
  const table = () => ops.matMul(frozen.read(), kernel.read());

  return {
    codes,
    depth: 1,
    dimension,
    weights: [frozen, kernel],
    codebook: table,
    indices: (latents) => nearest(latents, table()),
    lookUp: (indices) => ops.gather(table(), indices),
    quantize(latents) {
      const all = table();
      const indices = nearest(latents, all);
      const vectors = ops.gather(all, indices);
      const off = ops.mean(ops.square(ops.sub(ops.stopGradient(vectors), latents)));
      const behind = ops.mean(ops.square(ops.sub(vectors, ops.stopGradient(latents))));
      return {
        quantized: (spec.rotation ? ops.rotationTrick : ops.straightThrough)(latents, vectors),
        indices,
        terms: { commitment: ops.mul(off, commitment()), codebook: ops.mul(behind, spec.codebookWeight) },
        perplexity: perplexityOf(ops.bincount(indices, codes)),
        updates: [],
      };
    },
  };
}
