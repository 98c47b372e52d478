import { type Tensor, tf } from '../native/load';
import { kernel, requireInt32 } from './kernel';

/** Index of the smallest value along an axis (the first of equals), int32. No gradient. */
export function argMin(x: Tensor, axis = -1): Tensor {
  return kernel('ArgMin', [x, tf.scalar(axis, 'int32')], { output_type: { dtype: 'int32' } });
}

/** Index of the largest value along an axis (the first of equals), int32. No gradient. */
export function argMax(x: Tensor, axis = -1): Tensor {
  return kernel('ArgMax', [x, tf.scalar(axis, 'int32')], { output_type: { dtype: 'int32' } });
}

/** indices [...] int32 → [..., depth] float32, 1 at the index; all zeros for an index out of range. No gradient. */
export function oneHot(indices: Tensor, depth: number): Tensor {
  requireInt32('oneHot', 'indices', indices);
  return kernel('OneHot', [indices, tf.scalar(depth, 'int32'), tf.scalar(1), tf.scalar(0)], { axis: -1 });
}
