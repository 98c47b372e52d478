import { type Tensor, tf } from '../native/load';

/** Over one axis, several, or (left out) all. */
type Axes = number | readonly number[];

export const sum = (x: Tensor, axis?: Axes, keepDims = false): Tensor => tf.sum(x, axes(axis), keepDims);
export const mean = (x: Tensor, axis?: Axes, keepDims = false): Tensor => tf.mean(x, axes(axis), keepDims);
export const max = (x: Tensor, axis?: Axes, keepDims = false): Tensor => tf.max(x, axes(axis), keepDims);
export const min = (x: Tensor, axis?: Axes, keepDims = false): Tensor => tf.min(x, axes(axis), keepDims);

/** log Σ exp(x), without overflow. */
export const logSumExp = (x: Tensor, axis?: Axes, keepDims = false): Tensor => tf.logSumExp(x, axes(axis), keepDims);

function axes(axis: Axes | undefined): number | number[] | undefined {
  return axis === undefined || typeof axis === 'number' ? axis : [...axis];
}
