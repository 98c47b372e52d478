import { constant } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { mixedRadix } from './mixed-radix';

/**
 * Puts the outermost levels a little within reach of tanh: 1 + ε and atanh below, as in vector-quantize-pytorch. Mentzer et al. 2023,
 * appendix A.1, have 1 − ε and tan, which moves boundaries by thousandths of a level.
 */
const EPSILON = 1e-3;

/**
 * Codes whose d components are numbers from small sets: component i is one of L = `levels[i]` evenly spaced values. What finite
 * scalar quantization and its residual form have in common. Levels are whole numbers; tensors have components along the last axis.
 */
export interface FiniteScalars {
  readonly codes: number;
  readonly dimension: number;
  /** Any numbers [..., d] → a place among the levels [..., d], smoothly, by tanh. */
  bound(latents: Tensor): Tensor;
  /** Places [..., d] → the levels nearest to them [..., d]. No gradient. */
  round(places: Tensor): Tensor;
  /** Places or levels [..., d] → components of vectors, from −1 to 1 [..., d]. */
  components(places: Tensor): Tensor;
  /** Levels [..., d] → indices int32 [...], in which the first component counts fastest. */
  indexOf(levels: Tensor): Tensor;
  /** Indices int32 [...] → levels [..., d]. */
  levelsOf(indices: Tensor): Tensor;
}

/**
 * @param isSymmetric values from −1 to 1, both included (Parker et al. 2024, “Scaling transformers for low-bitrate high-quality
 * speech coding”, section 3.2); otherwise an even number of levels reaches from −1 to just below 1, so that one of them is 0, as
 * in the paper of FSQ
 */
export function finiteScalars(levels: readonly number[], isSymmetric: boolean): FiniteScalars {
  const weights = levels.map((_, at) => levels.slice(0, at).reduce((product, count) => product * count, 1));
  const { numberOf, digitsOf } = mixedRadix(levels, weights);
  const row = (valueOf: (count: number) => number) => constant(levels.map(valueOf), [levels.length], 'float32');
  const shared = {
    codes: levels.reduce((product, count) => product * count, 1),
    dimension: levels.length,
  };

  if (isSymmetric) {
    return {
      ...shared,
      bound: (latents) =>
        ops.mul(
          ops.add(ops.tanh(latents), 1),
          row((count) => (count - 1) / 2),
        ),
      round: (places) => ops.floor(ops.add(places, 0.5)),
      components: (places) =>
        ops.sub(
          ops.mul(
            places,
            row((count) => 2 / (count - 1)),
          ),
          1,
        ),
      indexOf: numberOf,
      levelsOf: digitsOf,
    };
  }
  const half = (count: number) => Math.floor(count / 2);
  const reach = (count: number) => ((count - 1) * (1 + EPSILON)) / 2;
  const offset = (count: number) => (count % 2 === 0 ? 0.5 : 0);
  const shift = () => row((count) => Math.atanh(offset(count) / reach(count)));
  return {
    ...shared,
    bound: (latents) => ops.sub(ops.mul(ops.tanh(ops.add(latents, shift())), row(reach)), row(offset)),
    round: ops.round,
    components: (places) => ops.div(places, row(half)),
    indexOf: (places) => numberOf(ops.add(places, row(half))),
    levelsOf: (indices) => ops.sub(digitsOf(indices), row(half)),
  };
}
