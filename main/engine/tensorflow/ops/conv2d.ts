import type { Tensor } from '../native/load';
import { differentiable, int32, kernel, require, requireRank } from './kernel';

export interface ConvOptions {
  stride?: number;
  /** `same` pads with zeros as TensorFlow does: with an even total, half on each side; the odd one goes to the end. */
  padding?: 'same' | 'valid';
  dilation?: number;
}

/**
 * 2-d convolution (cross-correlation), NHWC. Any order of gradient.
 * @param x [N, H, W, Cin]
 * @param kernelWeights [KH, KW, Cin, Cout]
 * @returns [N, H', W', Cout] with H' = ceil(H / stride) for `same`
 */
export function conv2d(x: Tensor, kernelWeights: Tensor, options: ConvOptions = {}): Tensor {
  requireRank('conv2d', 'x', x, 4);
  requireRank('conv2d', 'kernel', kernelWeights, 4);
  require(x.shape[3] === kernelWeights.shape[2], 'conv2d', () =>
    `x has ${x.shape[3]} channels, the kernel takes ${kernelWeights.shape[2]}`);
  return differentiable(
    'conv2d',
    [x, kernelWeights],
    () => kernel('Conv2D', [x, kernelWeights], convAttributes(options)),
    [
      (dy) => conv2dInputGradient(x.shape, kernelWeights, dy, options),
      (dy) => conv2dKernelGradient(x, kernelWeights.shape, dy, options),
    ],
  );
}

/**
 * The gradient of `conv2d` with respect to its input, given the output's gradient dy: linear in the kernel and in dy.
 */
export function conv2dInputGradient(
  shape: readonly number[],
  kernelWeights: Tensor,
  dy: Tensor,
  options: ConvOptions,
): Tensor {
  return differentiable(
    'conv2dInputGradient',
    [kernelWeights, dy],
    () => kernel('Conv2DBackpropInput', [int32(shape), kernelWeights, dy], convAttributes(options)),
    [(dx) => conv2dKernelGradient(dx, kernelWeights.shape, dy, options), (dx) => conv2d(dx, kernelWeights, options)],
  );
}

/** The gradient of `conv2d` with respect to its kernel, given the output's gradient dy: linear in x and in dy. */
export function conv2dKernelGradient(x: Tensor, shape: readonly number[], dy: Tensor, options: ConvOptions): Tensor {
  return differentiable(
    'conv2dKernelGradient',
    [x, dy],
    () => kernel('Conv2DBackpropFilter', [x, int32(shape), dy], convAttributes(options)),
    [(dk) => conv2dInputGradient(x.shape, dk, dy, options), (dk) => conv2d(x, dk, options)],
  );
}

export function convAttributes({ stride = 1, padding = 'same', dilation = 1 }: ConvOptions) {
  return {
    strides: [1, stride, stride, 1],
    padding: padding.toUpperCase(),
    dilations: [1, dilation, dilation, 1],
  };
}
