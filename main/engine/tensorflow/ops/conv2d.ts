import type { Tensor } from '../native/load';
import { at, differentiable, int32, kernel, require, requireRank } from './kernel';

export interface ConvOptions {
  stride?: number;
  /** `same` pads with zeros as TensorFlow does: with an even total, half on each side; the odd one goes to the end. */
  padding?: 'same' | 'valid';
  dilation?: number;
}

/**
 * 2-d convolution (cross-correlation), NHWC.
 * @param x [N, H, W, Cin]
 * @param kernelWeights [KH, KW, Cin, Cout]
 * @returns [N, H', W', Cout] with H' = ceil(H / stride) for `same`
 */
export function conv2d(x: Tensor, kernelWeights: Tensor, options: ConvOptions = {}): Tensor {
  requireRank('conv2d', 'x', x, 4);
  requireRank('conv2d', 'kernel', kernelWeights, 4);
  require(x.shape[3] === kernelWeights.shape[2], 'conv2d', () =>
    `x has ${x.shape[3]} channels, the kernel takes ${kernelWeights.shape[2]}`);
  const attributes = convAttributes(options);
  return differentiable(
    [x, kernelWeights],
    () => ({ value: kernel('Conv2D', [x, kernelWeights], attributes), saved: [x, kernelWeights] }),
    (dy, saved) => {
      const [input, weights] = [at(saved, 0), at(saved, 1)];
      return [
        kernel('Conv2DBackpropInput', [int32(input.shape), weights, dy], attributes),
        kernel('Conv2DBackpropFilter', [input, int32(weights.shape), dy], attributes),
      ];
    },
  );
}

export function convAttributes(options: ConvOptions) {
  const { stride = 1, padding = 'same', dilation = 1 } = options;
  return {
    strides: [1, stride, stride, 1],
    padding: padding.toUpperCase(),
    dilations: [1, dilation, dilation, 1],
  };
}
