import { type Tensor, tf } from '../native/load';

/** Same values in another shape; one side may be -1. */
export const reshape = (x: Tensor, shape: readonly number[]): Tensor => tf.reshape(x, [...shape]);
export const transpose = (x: Tensor, permutation?: readonly number[]): Tensor =>
  tf.transpose(x, permutation ? [...permutation] : undefined);
export const concat = (parts: readonly Tensor[], axis: number): Tensor => tf.concat([...parts], axis);
export const stack = (parts: readonly Tensor[], axis = 0): Tensor => tf.stack([...parts], axis);

/** Cuts into equal parts, or into parts of the given sizes. */
export const split = (x: Tensor, parts: number | readonly number[], axis = 0): Tensor[] =>
  tf.split(x, typeof parts === 'number' ? parts : [...parts], axis);

/** The block that starts at `begin` and has `size` (-1: to the end). */
export const slice = (x: Tensor, begin: readonly number[], size: readonly number[]): Tensor =>
  tf.slice(x, [...begin], [...size]);
export const squeeze = (x: Tensor, axis?: readonly number[]): Tensor => tf.squeeze(x, axis ? [...axis] : undefined);
export const expandDims = (x: Tensor, axis: number): Tensor => tf.expandDims(x, axis);

/** `repeats[i]` copies along axis i; up to five axes. */
export const tile = (x: Tensor, repeats: readonly number[]): Tensor => tf.tile(x, [...repeats]);
