import { constant } from '../../../../tensorflow/graph';
import type { Tensor } from '../../../../tensorflow/native/load';
import * as ops from '../../../../tensorflow/ops';

/**
 * Means of windows of images [N, H, W, C], wherever a window lies wholly inside: [N, H − size + 1, W − size + 1, C].
 */
export type Window = (x: Tensor) => Tensor;

/** All pixels of a square weigh the same. */
export function uniformWindow(size: number): Window {
  return (x) => ops.averagePool2d(x, size, { stride: 1 });
}

/** Weights fall off as a normal distribution around the middle pixel, in both directions. */
export function gaussianWindow(size: number, sigma: number): Window {
  const weights = Array.from({ length: size }, (_, at) => Math.exp(-((at - (size - 1) / 2) ** 2) / (2 * sigma ** 2)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return (x) => {
    const channels = x.shape[3] ?? 0;
    const values = weights.flatMap((weight) => Array<number>(channels).fill(weight / total));
    const down = ops.depthwiseConv2d(x, constant(values, [size, 1, channels, 1], 'float32'), { padding: 'valid' });
    return ops.depthwiseConv2d(down, constant(values, [1, size, channels, 1], 'float32'), { padding: 'valid' });
  };
}

/** Pixels are counted from here while they are squared: variances keep more digits. */
const MIDDLE = 127.5;

/**
 * Means, variances and covariance in every window of two batches of pixels, 0 to 255. Variances are divided by all
 * weights.
 */
export function windowMoments(a: Tensor, b: Tensor, window: Window) {
  const [x, y] = [ops.sub(a, MIDDLE), ops.sub(b, MIDDLE)];
  const means = ops.split(window(ops.concat([x, y, ops.square(x), ops.square(y), ops.mul(x, y)], 3)), 5, 3);
  const [meanX, meanY, squareX, squareY, product] = means as [Tensor, Tensor, Tensor, Tensor, Tensor];
  return {
    meanA: ops.add(meanX, MIDDLE),
    meanB: ops.add(meanY, MIDDLE),
    varianceA: ops.sub(squareX, ops.square(meanX)),
    varianceB: ops.sub(squareY, ops.square(meanY)),
    covariance: ops.sub(product, ops.mul(meanX, meanY)),
  };
}

/**
 * The two factors of SSIM in every window (Wang et al. 2004, equations 6, 9 and 10, with C₃ = C₂/2 and data range 255):
 * likeness of brightness, and of contrast and structure.
 * @param sampled what variances and covariance are multiplied by: n/(n − 1) makes them a sample's
 */
export function similarityFactors(a: Tensor, b: Tensor, window: Window, sampled = 1) {
  const { meanA, meanB, varianceA, varianceB, covariance } = windowMoments(a, b, window);
  const [brightness, contrast] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
  const ratio = (twice: Tensor, sum: Tensor, scale: number, constant: number) =>
    ops.div(ops.add(ops.mul(twice, 2 * scale), constant), ops.add(ops.mul(sum, scale), constant));
  return {
    luminance: ratio(ops.mul(meanA, meanB), ops.add(ops.square(meanA), ops.square(meanB)), 1, brightness),
    structure: ratio(covariance, ops.add(varianceA, varianceB), sampled, contrast),
  };
}
