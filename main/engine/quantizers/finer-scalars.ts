import { constant } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { finiteScalars } from './finite-scalars';
import { perplexityOf } from './nearest';
import type { Quantizer } from './quantizer';

/**
 * A stage of a residual quantizer of finite scalars, number for number vector-quantize-pytorch's ResidualFSQ: the symmetric levels
 * of each component, from −1 to 1 in the first stage and L times as fine in each one after it. What lies beyond is cut off.
 * @param stage from 0
 */
export function finerScalars(levels: readonly number[], stage: number): Quantizer {
  const scalars = finiteScalars(levels, true);
  const { codes, dimension } = scalars;
  const scale = () => row(levels.map((count) => count ** -stage));
  const levelsOf = (latents: Tensor) => {
    const within = ops.clip(ops.div(latents, scale()), -1, 1);
    return scalars.round(ops.mul(ops.add(within, 1), row(levels.map((count) => (count - 1) / 2))));
  };
  const vectorsOf = (found: Tensor) => ops.mul(scalars.components(found), scale());
  const lookUp = (indices: Tensor) => vectorsOf(scalars.levelsOf(indices));
  return {
    codes,
    depth: 1,
    dimension,
    weights: [],
    codebook: () => lookUp(ops.range(0, codes)),
    indices: (latents) => scalars.indexOf(levelsOf(ops.stopGradient(latents))),
    lookUp,
    quantize(latents) {
      const found = levelsOf(ops.stopGradient(latents));
      const indices = scalars.indexOf(found);
      return {
        quantized: ops.straightThrough(latents, vectorsOf(found)),
        indices,
        terms: {},
        perplexity: perplexityOf(ops.bincount(indices, codes)),
        updates: [],
      };
    },
  };
}

/** Any numbers [..., d] → what the stages can reach: c · tanh(z / c) with c = 1 + 1 / (L − 1), half a level beyond the last. */
export function softClamp(latents: Tensor, levels: readonly number[]): Tensor {
  const reach = row(levels.map((count) => 1 + 1 / (count - 1)));
  return ops.mul(ops.tanh(ops.div(latents, reach)), reach);
}

function row(values: readonly number[]): Tensor {
  return constant([...values], [values.length], 'float32');
}
