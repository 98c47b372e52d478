import { fromStored, toStored } from '../../main/engine/media/kinds/stored';
import type { Tensor } from '../../main/engine/tensorflow/native/load';

/** Pixels 0 … 255 → the models' range [−0.5, 0.5], and back. */
export const fromPixels = (pixels: Tensor): Tensor => fromStored({ kind: 'picture' }, pixels);
export const toPixels = (images: Tensor): Tensor => toStored({ kind: 'picture' }, images);
