import type { Tensor } from '../../../../tensorflow/native/load';
import * as ops from '../../../../tensorflow/ops';
import { similarityFactors, uniformWindow } from './windows';

const WINDOW = 7;

/**
 * Structural similarity of each pair of pictures (Wang et al. 2004), from −1 to 1, 1 where they are equal: as
 * scikit-image's `structural_similarity` with its defaults (uniform window of 7 × 7, variances of a sample, mean over
 * the places whose window lies inside) and data range 255, channel by channel, then their mean. Of pictures with a side
 * below 7 px the window is the largest odd one that fits.
 * @param a, b pixels rounded to whole numbers from 0 to 255, as float32 [N, H, W, C]
 * @returns [N]
 */
export function ssim(a: Tensor, b: Tensor): Tensor {
  const [, height = 0, width = 0] = a.shape;
  const side = Math.min(WINDOW, height, width);
  const window = side % 2 === 1 ? side : side - 1;
  const count = window * window;
  const { luminance, structure } = similarityFactors(a, b, uniformWindow(window), count > 1 ? count / (count - 1) : 1);
  return ops.mean(ops.mul(luminance, structure), [1, 2, 3]);
}
