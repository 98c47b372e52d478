import type { Tensor } from '../native/load';
import { differentiable, int32, kernel, require, requireRank } from './kernel';

/** Without dilation, which TensorFlow’s kernels on the CPU lack. */
export interface Conv3dOptions {
  stride?: number;
  padding?: 'same' | 'valid';
}

/**
 * 3-d convolution (cross-correlation), NDHWC, for clips. Any order of gradient.
 * @param x [N, D, H, W, Cin]
 * @param kernelWeights [KD, KH, KW, Cin, Cout]
 * @returns [N, D', H', W', Cout] with D' = ceil(D / stride) for `same`
 */
export function conv3d(x: Tensor, kernelWeights: Tensor, options: Conv3dOptions = {}): Tensor {
  requireRank('conv3d', 'x', x, 5);
  requireRank('conv3d', 'kernel', kernelWeights, 5);
  require(x.shape[4] === kernelWeights.shape[3], 'conv3d', () =>
    `x has ${x.shape[4]} channels, the kernel takes ${kernelWeights.shape[3]}`);
  return differentiable('conv3d', [x, kernelWeights], () => kernel('Conv3D', [x, kernelWeights], attributes(options)), [
    (dy) => inputGradient(x.shape, kernelWeights, dy, options),
    (dy) => kernelGradient(x, kernelWeights.shape, dy, options),
  ]);
}

/**
 * Transposed 3-d convolution: the gradient of a convolution with respect to its input.
 * @param x [N, D, H, W, Cin]
 * @param kernelWeights [KD, KH, KW, Cout, Cin]
 * @returns [N, D · stride, H · stride, W · stride, Cout] for `same`; (D − 1) · stride + KD and so on for `valid`
 */
export function conv3dTranspose(x: Tensor, kernelWeights: Tensor, options: Conv3dOptions = {}): Tensor {
  requireRank('conv3dTranspose', 'x', x, 5);
  requireRank('conv3dTranspose', 'kernel', kernelWeights, 5);
  require(x.shape[4] === kernelWeights.shape[4], 'conv3dTranspose', () =>
    `x has ${x.shape[4]} channels, the kernel takes ${kernelWeights.shape[4]}`);
  const { stride = 1, padding = 'same' } = options;
  const sides = x.shape
    .slice(1, 4)
    .map((side, axis) => (padding === 'same' ? side * stride : (side - 1) * stride + (kernelWeights.shape[axis] ?? 1)));
  return inputGradient([x.shape[0] ?? 0, ...sides, kernelWeights.shape[3] ?? 0], kernelWeights, x, options);
}

/** The gradient with respect to the input, given the output's gradient dy: linear in the kernel and in dy. */
function inputGradient(shape: readonly number[], kernelWeights: Tensor, dy: Tensor, options: Conv3dOptions): Tensor {
  return differentiable(
    'conv3dInputGradient',
    [kernelWeights, dy],
    () => kernel('Conv3DBackpropInputV2', [int32(shape), kernelWeights, dy], attributes(options)),
    [(dx) => kernelGradient(dx, kernelWeights.shape, dy, options), (dx) => conv3d(dx, kernelWeights, options)],
  );
}

/** The gradient with respect to the kernel, given the output's gradient dy: linear in x and in dy. */
function kernelGradient(x: Tensor, shape: readonly number[], dy: Tensor, options: Conv3dOptions): Tensor {
  return differentiable(
    'conv3dKernelGradient',
    [x, dy],
    () => kernel('Conv3DBackpropFilterV2', [x, int32(shape), dy], attributes(options)),
    [(dk) => inputGradient(x.shape, dk, dy, options), (dk) => conv3d(x, dk, options)],
  );
}

function attributes({ stride = 1, padding = 'same' }: Conv3dOptions) {
  return { strides: [1, stride, stride, stride, 1], padding: padding.toUpperCase() };
}
