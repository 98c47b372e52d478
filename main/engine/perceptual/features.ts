import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { trunkOf } from './trunk';

/** Numbers of a picture's features: the channels of EfficientNet-Lite0's last bottleneck. */
export const FEATURES = 320;

/** Smaller pictures are enlarged until their shorter side has this many pixels: the trunk knows things of some size. */
export const SHORTEST_SIDE = 128;

/**
 * What EfficientNet-Lite0 sees in pictures, for distances between sets of them: the last bottleneck's features averaged
 * over space, [N, 320]. Pictures whose shorter side is below 128 px are enlarged bilinearly to it.
 *
 * Call outside of the program's functions; call the result inside: images [N, H, W, 1 or 3] in [−0.5, 0.5].
 * @throws SETUP_FAILED where the trunk isn't set up, telling what to do
 */
export function perceptualFeatures(program: Program): (images: Tensor) => Tensor {
  const trunk = trunkOf(program);
  return (images) => {
    const [features] = trunk.features(enlarged(images), [32]);
    return ops.mean(features as Tensor, [1, 2]);
  };
}

function enlarged(images: Tensor): Tensor {
  const [, height = 0, width = 0] = images.shape;
  const factor = SHORTEST_SIDE / Math.min(height, width);
  if (factor <= 1) return images;
  return ops.resizeBilinear(images, [Math.round(height * factor), Math.round(width * factor)]);
}
