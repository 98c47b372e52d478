import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { type Trunk, trunkOf } from './trunk';

/** Keeps the length of a feature from being 0, where the root has no gradient. */
const EPSILON = 1e-10;

/**
 * Perceptual distance in a trunk's features (by default EfficientNet-Lite0's), in the way of LPIPS (Zhang et al. 2018,
 * equation 1, without its learnt weights): at each stage the features of every place are scaled to length 1, and the
 * squared length of their difference is averaged over all places; the stages' averages are added up. 0 for equal
 * pictures, at most 4 a stage. Comparable neither with published LPIPS nor with another trunk's.
 *
 * Call outside of the program's functions; call the result inside: (a, b) → [N], both [N, H, W, 1 or 3] in [−0.5, 0.5].
 * Differentiable in `a`; `b`, the original, is a constant to gradients.
 * @throws SETUP_FAILED where the trunk isn't set up, telling what to do
 */
export function perceptualDistance(
  program: Program,
  { trunk = trunkOf(program), strides = trunk.strides }: { trunk?: Trunk; strides?: readonly number[] } = {},
): (a: Tensor, b: Tensor) => Tensor {
  return (a, b) => {
    const originals = trunk.features(b, strides).map((features) => ops.stopGradient(unitLength(features)));
    const parts = trunk.features(a, strides).map((features, stage) => {
      const difference = ops.sub(unitLength(features), originals[stage] as Tensor);
      return ops.mean(ops.sum(ops.square(difference), 3), [1, 2]);
    });
    return parts.reduce((sum, part) => ops.add(sum, part));
  };
}

function unitLength(features: Tensor): Tensor {
  return ops.mul(features, ops.rsqrt(ops.add(ops.sum(ops.square(features), 3, true), EPSILON)));
}
