import type { Tensor } from '../native/load';
import { reshape } from './broadcast';
import { type ConvOptions, convAttributes } from './conv2d';
import { differentiable, int32, kernel, require, requireRank } from './kernel';
import { pad, slice } from './shape';

/**
 * 2-d convolution of each channel by itself, NHWC. Any order of gradient.
 * @param x [N, H, W, C]
 * @param kernelWeights [KH, KW, C, M]: M filters per channel
 * @returns [N, H', W', C · M], each channel's filters side by side
 */
export function depthwiseConv2d(x: Tensor, kernelWeights: Tensor, options: ConvOptions = {}): Tensor {
  requireRank('depthwiseConv2d', 'x', x, 4);
  requireRank('depthwiseConv2d', 'kernel', kernelWeights, 4);
  require(x.shape[3] === kernelWeights.shape[2], 'depthwiseConv2d', () =>
    `x has ${x.shape[3]} channels, the kernel takes ${kernelWeights.shape[2]}`);
  const { dilation = 1, ...undilated } = options;
  return convolution(x, dilated(kernelWeights, dilation), undilated);
}

function convolution(x: Tensor, weights: Tensor, options: ConvOptions): Tensor {
  return differentiable(
    'depthwiseConv2d',
    [x, weights],
    () => kernel('DepthwiseConv2dNative', [x, weights], convAttributes(options)),
    [(dy) => inputGradient(x.shape, weights, dy, options), (dy) => kernelGradient(x, weights.shape, dy, options)],
  );
}

function inputGradient(shape: readonly number[], weights: Tensor, dy: Tensor, options: ConvOptions): Tensor {
  return differentiable(
    'depthwiseConv2dInputGradient',
    [weights, dy],
    () => kernel('DepthwiseConv2dNativeBackpropInput', [int32(shape), weights, dy], convAttributes(options)),
    [(dx) => kernelGradient(dx, weights.shape, dy, options), (dx) => convolution(dx, weights, options)],
  );
}

function kernelGradient(x: Tensor, shape: readonly number[], dy: Tensor, options: ConvOptions): Tensor {
  return differentiable(
    'depthwiseConv2dKernelGradient',
    [x, dy],
    () => kernel('DepthwiseConv2dNativeBackpropFilter', [x, int32(shape), dy], convAttributes(options)),
    [(dk) => inputGradient(x.shape, dk, dy, options), (dk) => convolution(x, dk, options)],
  );
}

/**
 * The kernel with zeros between its rows and columns: on a CPU TensorFlow's kernel takes dilations and ignores them.
 */
function dilated(weights: Tensor, dilation: number): Tensor {
  if (dilation === 1) return weights;
  const [height = 0, width = 0, channels = 0, filters = 0] = weights.shape;
  const side = (length: number) => (length - 1) * dilation + 1;
  const between = [0, dilation - 1] as const;
  const cells = pad(reshape(weights, [height, 1, width, 1, channels * filters]), [
    [0, 0],
    between,
    [0, 0],
    between,
    [0, 0],
  ]);
  const spread = reshape(cells, [height * dilation, width * dilation, channels, filters]);
  return slice(spread, [0, 0, 0, 0], [side(height), side(width), channels, filters]);
}
