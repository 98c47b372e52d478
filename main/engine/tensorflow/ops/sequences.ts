import type { Tensor } from '../native/load';
import { reshape } from './broadcast';
import { type ConvOptions, conv2d } from './conv2d';
import { conv2dTranspose } from './conv2d-transpose';
import { depthwiseConv2d } from './depthwise-conv2d';
import { requireRank } from './kernel';
import { edgePad2d, reflectPad2d, symmetricPad2d, zeroPad2d } from './pad';
import { averagePool2d, maxPool2d } from './pool';
import { type ResizeOptions, resizeBilinear, resizeNearest } from './resize';
import { expandDims, squeeze } from './shape';

/** Ops on sequences [N, L, C], for sound: each is the image op at height 1. Any order of gradient. */

export interface Conv1dOptions extends Omit<ConvOptions, 'padding'> {
  /** `causal` pads only in front, so that no output depends on later input (WaveNet, van den Oord et al. 2016). */
  padding?: 'same' | 'valid' | 'causal';
}

/** Convolution: x [N, L, Cin], kernel [K, Cin, Cout] → [N, L', Cout]. */
export function conv1d(x: Tensor, kernelWeights: Tensor, options: Conv1dOptions = {}): Tensor {
  requireRank('conv1d', 'kernel', kernelWeights, 3);
  const { padding = 'same', stride = 1, dilation = 1 } = options;
  const weights = expandDims(kernelWeights, 0);
  if (padding !== 'causal') return asRow('conv1d', x, (row) => conv2d(row, weights, { padding, stride, dilation }));
  const before = ((kernelWeights.shape[0] ?? 1) - 1) * dilation;
  return asRow('conv1d', zeroPad1d(x, { before, after: 0 }), (row) =>
    conv2d(row, weights, { padding: 'valid', stride, dilation }),
  );
}

/** Transposed convolution: x [N, L, Cin], kernel [K, Cout, Cin] → [N, L', Cout], L' as in `conv2dTranspose`. */
export function conv1dTranspose(
  x: Tensor,
  kernelWeights: Tensor,
  options: ConvOptions & { outputLength?: number } = {},
): Tensor {
  requireRank('conv1dTranspose', 'kernel', kernelWeights, 3);
  const { padding = 'same', stride = 1, dilation = 1 } = options;
  const [, length = 0] = x.shape;
  const reach = ((kernelWeights.shape[0] ?? 1) - 1) * dilation;
  const whole = padding === 'same' ? length * stride : (length - 1) * stride + reach + 1;
  const outputSize = [1, options.outputLength ?? whole] as const;
  return asRow('conv1dTranspose', x, (row) =>
    conv2dTranspose(row, expandDims(kernelWeights, 0), { padding, stride, dilation, outputSize }),
  );
}

/** Convolution of each channel by itself: x [N, L, C], kernel [K, C, M] → [N, L', C · M]. */
export function depthwiseConv1d(x: Tensor, kernelWeights: Tensor, options: ConvOptions = {}): Tensor {
  requireRank('depthwiseConv1d', 'kernel', kernelWeights, 3);
  return asRow('depthwiseConv1d', x, (row) => depthwiseConv2d(row, expandDims(kernelWeights, 0), options));
}

interface Pool1dOptions {
  /** The size if left out. */
  stride?: number;
  padding?: 'same' | 'valid';
}

export function averagePool1d(
  x: Tensor,
  size: number,
  { stride = size, padding = 'valid' }: Pool1dOptions = {},
): Tensor {
  return asRow('averagePool1d', x, (row) => averagePool2d(row, [1, size], { stride: [1, stride], padding }));
}

export function maxPool1d(x: Tensor, size: number, { stride = size, padding = 'valid' }: Pool1dOptions = {}): Tensor {
  return asRow('maxPool1d', x, (row) => maxPool2d(row, [1, size], { stride: [1, stride], padding }));
}

/** Number of values added at each end. */
export type Pad1d = number | { before: number; after: number };

export function zeroPad1d(x: Tensor, pad: Pad1d): Tensor {
  return asRow('zeroPad1d', x, (row) => zeroPad2d(row, atSides(pad)));
}

export function reflectPad1d(x: Tensor, pad: Pad1d): Tensor {
  return asRow('reflectPad1d', x, (row) => reflectPad2d(row, atSides(pad)));
}

export function symmetricPad1d(x: Tensor, pad: Pad1d): Tensor {
  return asRow('symmetricPad1d', x, (row) => symmetricPad2d(row, atSides(pad)));
}

export function edgePad1d(x: Tensor, pad: Pad1d): Tensor {
  return asRow('edgePad1d', x, (row) => edgePad2d(row, atSides(pad)));
}

export function resizeNearest1d(x: Tensor, length: number, options: ResizeOptions = {}): Tensor {
  return asRow('resizeNearest1d', x, (row) => resizeNearest(row, [1, length], options));
}

export function resizeLinear1d(x: Tensor, length: number, options: ResizeOptions = {}): Tensor {
  return asRow('resizeLinear1d', x, (row) => resizeBilinear(row, [1, length], options));
}

/** [N, L, b·C] → [N, b·L, C]: channels become b steps in time (pixel shuffle). */
export function depthToSpace1d(x: Tensor, block: number): Tensor {
  requireRank('depthToSpace1d', 'x', x, 3);
  const [batch = 0, length = 0, channels = 0] = x.shape;
  return reshape(x, [batch, length * block, channels / block]);
}

/** [N, b·L, C] → [N, L, b·C]: the inverse. */
export function spaceToDepth1d(x: Tensor, block: number): Tensor {
  requireRank('spaceToDepth1d', 'x', x, 3);
  const [batch = 0, length = 0, channels = 0] = x.shape;
  return reshape(x, [batch, length / block, channels * block]);
}

function asRow(op: string, x: Tensor, f: (row: Tensor) => Tensor): Tensor {
  requireRank(op, 'x', x, 3);
  return squeeze(f(expandDims(x, 1)), [1]);
}

function atSides(pad: Pad1d) {
  const { before, after } = typeof pad === 'number' ? { before: pad, after: pad } : pad;
  return { top: 0, bottom: 0, left: before, right: after };
}
