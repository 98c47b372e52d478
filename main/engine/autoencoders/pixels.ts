import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/** Pixels int32 0 … 255 → float32 in [−0.5, 0.5], the models' range. */
export function fromPixels(pixels: Tensor): Tensor {
  return ops.sub(ops.div(ops.cast(pixels, 'float32'), 255), 0.5);
}

/** The models' range → pixels, rounded and limited to 0 … 255: int32. */
export function toPixels(images: Tensor): Tensor {
  return ops.cast(ops.round(ops.clip(ops.mul(ops.add(images, 0.5), 255), 0, 255)), 'int32');
}
