import { type Tensor, tf } from '../native/load';
import { kernel, kernels, require, requireInt32, untaped } from './kernel';

/** Index of the smallest value along an axis (the first of equals), int32. No gradient. */
export function argMin(x: Tensor, axis = -1): Tensor {
  return kernel('ArgMin', [x, tf.scalar(axis, 'int32')], { output_type: { dtype: 'int32' } });
}

/** Index of the largest value along an axis (the first of equals), int32. No gradient. */
export function argMax(x: Tensor, axis = -1): Tensor {
  return kernel('ArgMax', [x, tf.scalar(axis, 'int32')], { output_type: { dtype: 'int32' } });
}

/**
 * The k largest values along the last axis, in descending order, and their indices (int32), both [..., k]. No gradient
 * passes; to differentiate the values, gather them from x by the indices (`batchGather`).
 */
export function topK(x: Tensor, k: number): { values: Tensor; indices: Tensor } {
  require(k <= (x.shape[x.rank - 1] ?? 0), 'topK', () => `there aren't ${k} values in rows of [${x.shape.join(', ')}]`);
  const [values, indices] = untaped(() => kernels('TopKV2', [x, tf.scalar(k, 'int32')], 2, { sorted: true }));
  return { values: values as Tensor, indices: indices as Tensor };
}

/** indices [...] int32 → [..., depth] float32, 1 at the index; all zeros for an index out of range. No gradient. */
export function oneHot(indices: Tensor, depth: number): Tensor {
  requireInt32('oneHot', 'indices', indices);
  return kernel('OneHot', [indices, tf.scalar(depth, 'int32'), tf.scalar(1), tf.scalar(0)], { axis: -1 });
}
