import type { Tensor } from '../native/load';
import { differentiable, int32, kernel, requireRank } from './kernel';

/** Side of a square, or [height, width]. */
type Extent = number | readonly [height: number, width: number];

export interface PoolOptions {
  /** By default the size: blocks side by side. */
  stride?: Extent;
  /** `valid`, the default, drops the rest at the border; `same` pools what is there of the blocks at the border. */
  padding?: 'same' | 'valid';
}

/** Means over blocks of images [N, H, W, C]. Any order of gradient. */
export function averagePool2d(x: Tensor, size: Extent, options: PoolOptions = {}): Tensor {
  requireRank('averagePool2d', 'x', x, 4);
  return differentiable('averagePool2d', [x], () => kernel('AvgPool', [x], poolAttributes(size, options)), [
    (dy) => averagePoolGradient(x.shape, dy, size, options),
  ]);
}

function averagePoolGradient(shape: readonly number[], dy: Tensor, size: Extent, options: PoolOptions): Tensor {
  return differentiable(
    'averagePool2dGradient',
    [dy],
    () => kernel('AvgPoolGrad', [int32(shape), dy], poolAttributes(size, options)),
    [(dx) => averagePool2d(dx, size, options)],
  );
}

/** Largest values in blocks of images [N, H, W, C]. Any order of gradient. */
export function maxPool2d(x: Tensor, size: Extent, options: PoolOptions = {}): Tensor {
  requireRank('maxPool2d', 'x', x, 4);
  return differentiable('maxPool2d', [x], () => kernel('MaxPool', [x], poolAttributes(size, options)), [
    (dy, y) => maxPoolGradient(x, y, dy, size, options),
  ]);
}

function maxPoolGradient(x: Tensor, y: Tensor, dy: Tensor, size: Extent, options: PoolOptions): Tensor {
  return differentiable(
    'maxPool2dGradient',
    [dy],
    () => kernel('MaxPoolGrad', [x, y, dy], poolAttributes(size, options)),
    [(dx) => maxPoolPick(x, y, dx, size, options)],
  );
}

/** The values of `from`, of the shape of x, at the places that max pooling of x takes. */
function maxPoolPick(x: Tensor, y: Tensor, from: Tensor, size: Extent, options: PoolOptions): Tensor {
  return differentiable(
    'maxPool2dPick',
    [from],
    () => kernel('MaxPoolGradGrad', [x, y, from], poolAttributes(size, options)),
    [(dy) => maxPoolGradient(x, y, dy, size, options)],
  );
}

function poolAttributes(size: Extent, { stride = size, padding = 'valid' }: PoolOptions) {
  const each = (extent: Extent) => (typeof extent === 'number' ? [1, extent, extent, 1] : [1, ...extent, 1]);
  return { ksize: each(size), strides: each(stride), padding: padding.toUpperCase() };
}
