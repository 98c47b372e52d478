import type { Tensor } from '../native/load';
import { type Axes, sum, reshape } from './broadcast';
import { add, maximum, mul, rsqrt, square, sub } from './arithmetic';
import { require } from './kernel';
import { mean } from './reductions';
import { standardize } from './standardize';

/** Stateless normalisations. Any order of gradient. */

/** Layer normalisation over the last axis (Ba, Kiros, Hinton 2016): x [..., C], scale and offset [C]. */
export function layerNorm(x: Tensor, scale: Tensor, offset: Tensor, epsilon = 1e-5): Tensor {
  return add(mul(standardize(x, -1, epsilon), scale), offset);
}

/** Group normalisation (Wu and He 2018) of x [N, ..., C] in groups of neighbouring channels; scale and offset [C]. */
export function groupNorm(x: Tensor, groups: number, scale: Tensor, offset: Tensor, epsilon = 1e-6): Tensor {
  const channels = x.shape[x.rank - 1] ?? 0;
  require(channels % groups === 0, 'groupNorm', () => `${groups} groups don't divide ${channels} channels`);
  const grouped = reshape(x, [x.shape[0] ?? 0, -1, groups, channels / groups]);
  return add(mul(reshape(standardize(grouped, [1, 3], epsilon), x.shape), scale), offset);
}

/** Mean and (biased) variance over some axes. */
export function moments(x: Tensor, axes: Axes, keepDims = false): { mean: Tensor; variance: Tensor } {
  const centre = mean(x, axes, true);
  const variance = mean(square(sub(x, centre)), axes, keepDims);
  return { mean: keepDims ? centre : reshape(centre, variance.shape), variance };
}

/** x / max(‖x‖, ε) along an axis: PyTorch's `normalize`. */
export function l2Normalize(x: Tensor, axis = -1, epsilon = 1e-12): Tensor {
  return mul(x, rsqrt(maximum(sum(square(x), axis, true), epsilon ** 2)));
}
