import { type Tensor, tf } from '../native/load';
import { at, differentiable, int32, kernel, requireInt32 } from './kernel';

/**
 * Rows of a table: `table[indices]`. The gradient of a row is the sum over its uses.
 * @param table [K, ...]
 * @param indices int32 of any shape, in [0, K)
 * @returns [...indices, ...row]
 */
export function gather(table: Tensor, indices: Tensor): Tensor {
  requireInt32('gather', 'indices', indices);
  const [rows = 0, ...row] = table.shape;
  return differentiable(
    [table],
    () => ({ value: kernel('GatherV2', [table, indices, tf.scalar(0, 'int32')]), saved: [indices] }),
    (dy, saved) => {
      const flat = tf.reshape(at(saved, 0), [-1]);
      const gradients = tf.reshape(dy, [flat.size, ...row]);
      return kernel('UnsortedSegmentSum', [gradients, flat, tf.scalar(rows, 'int32')]);
    },
  );
}

/** Sums of the rows of `data` [N, ...] that have the same id: [count, ...]. `ids` int32 [N]; negative ids are dropped. */
export function unsortedSegmentSum(data: Tensor, ids: Tensor, count: number): Tensor {
  requireInt32('unsortedSegmentSum', 'ids', ids);
  return differentiable(
    [data],
    () => ({ value: kernel('UnsortedSegmentSum', [data, ids, tf.scalar(count, 'int32')]), saved: [ids] }),
    (dy, saved) => {
      const kept = at(saved, 0);
      const rows = kernel('GatherV2', [dy, kernel('Maximum', [kept, int32([0])]), tf.scalar(0, 'int32')]);
      const mask = tf.reshape(tf.cast(kernel('GreaterEqual', [kept, int32([0])]), 'float32'), [
        kept.size,
        ...Array<number>(rows.rank - 1).fill(1),
      ]);
      return tf.mul(rows, mask);
    },
  );
}

/** How often each of 0 … count − 1 occurs in `ids` (int32, any shape): float32 [count]. No gradient. */
export function bincount(ids: Tensor, count: number): Tensor {
  requireInt32('bincount', 'ids', ids);
  return kernel('Bincount', [tf.reshape(ids, [-1]), tf.scalar(count, 'int32'), tf.tensor1d([], 'float32')]);
}
