import { type Tensor, tf } from '../native/load';
import { differentiable, int32, kernel } from './kernel';

/** Summing and copying along axes, which are each other's gradients. Any order of gradient. */

/** The axis or axes to reduce; all if left out. */
export type Axes = number | readonly number[];

/** Same values in another shape; one side may be -1. */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  return differentiable('reshape', [x], () => tf.reshape(x, [...shape]), [(dy) => reshape(dy, x.shape)]);
}

export function sum(x: Tensor, axis?: Axes, keepDims = false): Tensor {
  return differentiable('sum', [x], () => tf.sum(x, axesOf(axis), keepDims), [(dy) => spread(dy, x, axis)]);
}

/** Copies x along axes of length 1, and along new leading axes, to `shape`. */
export function broadcastTo(x: Tensor, shape: readonly number[]): Tensor {
  if (sameShape(x.shape, shape)) return x;
  return differentiable('broadcastTo', [x], () => kernel('BroadcastTo', [x, int32(shape)]), [
    (dy) => sumTo(dy, x.shape),
  ]);
}

/** Sums x over the axes along which `shape` would be broadcast to x's shape: the gradient of broadcasting. */
export function sumTo(x: Tensor, shape: readonly number[]): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const added = x.rank - shape.length;
  const axes = x.shape.flatMap((side, axis) =>
    axis < added || (shape[axis - added] === 1 && side !== 1) ? [axis] : [],
  );
  const columns = shape.reduce((size, side) => size * side, 1);
  const isLeading = axes.length > 0 && axes.every((axis, index) => axis === index);
  if (isLeading && columns > 1 && x.dtype === 'float32') return reshape(sumOfRows(reshape(x, [-1, columns])), shape);
  return reshape(axes.length > 0 ? sum(x, axes) : x, shape);
}

/**
 * The sum over all axes but the last, [..., C] → [C]. TensorFlow's kernel for the gradient of a bias takes a third to a
 * half of the time of its general sum. Any order of gradient.
 */
export function sumOfRows(x: Tensor): Tensor {
  return differentiable('sumOfRows', [x], () => kernel('BiasAddGrad', [x]), [(dy) => broadcastTo(dy, x.shape)]);
}

/** Copies a reduced tensor over the axes of x that were reduced. */
export function spread(reduced: Tensor, x: Tensor, axis?: Axes): Tensor {
  return broadcastTo(reshape(reduced, keptShape(x, axis)), x.shape);
}

export function keptShape(x: Tensor, axis?: Axes): number[] {
  const over = new Set(tf.util.parseAxisParam(axesOf(axis) as number[], x.shape));
  return x.shape.map((side, each) => (over.has(each) ? 1 : side));
}

export function axesOf(axis: Axes | undefined): number | number[] | undefined {
  return axis === undefined || typeof axis === 'number' ? axis : [...axis];
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((side, axis) => side === b[axis]);
}
