import { type Tensor, tf } from '../native/load';

/** Tensors of known values. */
export const scalar = (value: number, dtype: 'float32' | 'int32' = 'float32'): Tensor => tf.scalar(value, dtype);
export const zeros = (shape: readonly number[], dtype: 'float32' | 'int32' = 'float32'): Tensor =>
  tf.zeros([...shape], dtype);
export const ones = (shape: readonly number[], dtype: 'float32' | 'int32' = 'float32'): Tensor =>
  tf.ones([...shape], dtype);
export const fill = (shape: readonly number[], value: number): Tensor => tf.fill([...shape], value);

/** start, start + 1, … below stop: int32. */
export const range = (start: number, stop: number): Tensor => tf.range(start, stop, 1, 'int32');
