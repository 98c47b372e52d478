import type { Tensor } from '../native/load';
import { type ConvOptions, conv2dInputGradient } from './conv2d';
import { require, requireRank } from './kernel';

export interface ConvTransposeOptions extends ConvOptions {
  /** [H', W']; by default H · stride for `same` and (H − 1) · stride + (KH − 1) · dilation + 1 for `valid`. */
  outputSize?: readonly [height: number, width: number];
}

/**
 * Transposed 2-d convolution, NHWC: the gradient of a convolution with respect to its input.
 * @param x [N, H, W, Cin]
 * @param kernelWeights [KH, KW, Cout, Cin], in the transposed convolution's own order, as TensorFlow has it
 * @returns [N, H', W', Cout]
 */
export function conv2dTranspose(x: Tensor, kernelWeights: Tensor, options: ConvTransposeOptions = {}): Tensor {
  requireRank('conv2dTranspose', 'x', x, 4);
  requireRank('conv2dTranspose', 'kernel', kernelWeights, 4);
  require(x.shape[3] === kernelWeights.shape[3], 'conv2dTranspose', () =>
    `x has ${x.shape[3]} channels, the kernel takes ${kernelWeights.shape[3]}`);
  return conv2dInputGradient(transposedShape(x, kernelWeights, options), kernelWeights, x, options);
}

function transposedShape(x: Tensor, kernelWeights: Tensor, options: ConvTransposeOptions): number[] {
  const { stride = 1, padding = 'same', dilation = 1, outputSize } = options;
  const [batch = 0, height = 0, width = 0] = x.shape;
  const [kernelHeight = 0, kernelWidth = 0, channels = 0] = kernelWeights.shape;
  const side = (size: number, kernelSize: number) =>
    padding === 'same' ? size * stride : (size - 1) * stride + (kernelSize - 1) * dilation + 1;
  const [outHeight, outWidth] = outputSize ?? [side(height, kernelHeight), side(width, kernelWidth)];
  return [batch, outHeight, outWidth, channels];
}
