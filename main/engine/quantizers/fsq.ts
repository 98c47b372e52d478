import type { FsqSpec } from '@shared/specs';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { finiteScalars } from './finite-scalars';
import { perplexityOf } from './nearest';
import type { Quantizer } from './quantizer';

/**
 * Finite scalar quantization (Mentzer et al. 2023): each component of a latent is bounded by tanh and rounded to one of a few
 * levels; the codes are all combinations of levels. Nothing is learnt here and no loss is added; the gradient passes the rounding
 * straight through, and tanh as it is.
 */
export function fsq(_program: Program, _name: string, spec: FsqSpec, _seed: number): Quantizer {
  const scalars = finiteScalars(spec.levels, spec.symmetric);
  const { codes, dimension } = scalars;
  const lookUp = (indices: Tensor) => scalars.components(scalars.levelsOf(indices));
  return {
    codes,
    depth: 1,
    dimension,
    weights: [],
    codebook: () => lookUp(ops.range(0, codes)),
    indices: (latents) => scalars.indexOf(scalars.round(scalars.bound(latents))),
    lookUp,
    quantize(latents) {
      const places = scalars.bound(latents);
      const levels = scalars.round(places);
      const indices = scalars.indexOf(levels);
      return {
        quantized: scalars.components(ops.straightThrough(places, levels)),
        indices,
        terms: {},
        perplexity: perplexityOf(ops.bincount(indices, codes)),
        updates: [],
      };
    },
  };
}
