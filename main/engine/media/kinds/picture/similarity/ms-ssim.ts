import type { Tensor } from '../../../../tensorflow/native/load';
import * as ops from '../../../../tensorflow/ops';
import { gaussianWindow, similarityFactors } from './windows';

const WINDOW = 11;
const SIGMA = 1.5;
/** How much each scale weighs, the finest first (Wang et al. 2003, section 3.2). */
const WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

/**
 * The scales of pictures of that size: as many of the five as leave 11 px, with their weights scaled to a sum of 1. All
 * five from 161 px on; below, other programs refuse pictures, so there is nothing to compare the numbers with. Empty
 * below 11 px.
 */
export function msSsimWeights(height: number, width: number): number[] {
  const sides = WEIGHTS.map((_, scale) => Math.ceil(Math.min(height, width) / 2 ** scale));
  const weights = WEIGHTS.filter((_, scale) => (sides[scale] ?? 0) >= WINDOW);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/**
 * Multi-scale structural similarity of each pair of pictures (Wang, Simoncelli and Bovik 2003), 0 to 1, 1 where they
 * are equal: as pytorch-msssim's `ms_ssim` (Gaussian window of 11 × 11, σ 1.5, data range 255, negative factors taken
 * as 0, sides halved by means of 2 × 2 with a border of zeros around odd ones), channel by channel, then their mean.
 * @param a, b pixels rounded to whole numbers from 0 to 255, as float32 [N, H, W, C], at least 11 px
 * @returns [N]
 */
export function msSsim(a: Tensor, b: Tensor): Tensor {
  const [, height = 0, width = 0] = a.shape;
  const weights = msSsimWeights(height, width);
  const window = gaussianWindow(WINDOW, SIGMA);
  let [x, y] = [a, b];
  const factors = weights.map((weight, scale) => {
    if (scale > 0) [x, y] = [halved(x), halved(y)];
    const { luminance, structure } = similarityFactors(x, y, window);
    const isLast = scale === weights.length - 1;
    const likeness = ops.mean(isLast ? ops.mul(luminance, structure) : structure, [1, 2]);
    return ops.pow(ops.relu(likeness), weight);
  });
  return ops.mean(
    factors.reduce((product, factor) => ops.mul(product, factor)),
    1,
  );
}

function halved(x: Tensor): Tensor {
  const [, height = 0, width = 0] = x.shape;
  const [down, across] = [height % 2, width % 2];
  const padded = down + across === 0 ? x : ops.zeroPad2d(x, { top: down, bottom: down, left: across, right: across });
  return ops.averagePool2d(padded, 2);
}
