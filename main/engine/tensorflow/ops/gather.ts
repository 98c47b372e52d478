import { type Tensor, tf } from '../native/load';
import { reshape } from './broadcast';
import { add, mul } from './arithmetic';
import { cast } from './cast';
import { differentiable, int32, kernel, require, requireInt32, untaped } from './kernel';
import { greaterEqual } from './logic';
import { transpose } from './shape';

/**
 * Rows of a table: `table[indices]`. The gradient of a row is the sum over its uses. Any order of gradient.
 * @param table [K, ...]
 * @param indices int32 of any shape, in [0, K)
 * @returns [...indices, ...row]
 */
export function gather(table: Tensor, indices: Tensor): Tensor {
  requireInt32('gather', 'indices', indices);
  const [rows = 0, ...row] = table.shape;
  return differentiable('gather', [table], () => kernel('GatherV2', [table, indices, tf.scalar(0, 'int32')]), [
    (dy) => unsortedSegmentSum(reshape(dy, [indices.size, ...row]), reshape(indices, [-1]), rows),
  ]);
}

/**
 * Slices of x along an axis: `x[:, indices]` for axis 1. Any order of gradient.
 * @param indices int32 [n], in [0, side of that axis)
 * @returns x's shape with n along that axis
 */
export function gatherAlong(x: Tensor, indices: Tensor, axis: number): Tensor {
  const place = axis < 0 ? axis + x.rank : axis;
  if (place === 0) return gather(x, indices);
  const swapped = x.shape.map((_, each) => (each === 0 ? place : each === place ? 0 : each));
  return transpose(gather(transpose(x, swapped), indices), swapped);
}

/**
 * Rows of a table for each item: `tables[n][indices[n]]`. Any order of gradient.
 * @param tables [N, K, ...row]
 * @param indices int32 [N, ...], in [0, K)
 * @returns [N, ..., ...row]
 */
export function batchGather(tables: Tensor, indices: Tensor): Tensor {
  requireInt32('batchGather', 'indices', indices);
  const [batch = 0, rows = 0, ...row] = tables.shape;
  require(indices.shape[0] === batch, 'batchGather', () =>
    `indices [${indices.shape.join(', ')}] don't fit tables [${tables.shape.join(', ')}]`);
  const starts = tf.range(0, batch * rows, rows, 'int32').reshape([batch, ...indices.shape.slice(1).map(() => 1)]);
  return gather(reshape(tables, [batch * rows, ...row]), add(indices, starts));
}

/**
 * Sums the rows of `data` [N, ...] that have the same id: [count, ...]. `ids` is int32 [N]; negative ids are dropped.
 * Any order of gradient.
 */
export function unsortedSegmentSum(data: Tensor, ids: Tensor, count: number): Tensor {
  requireInt32('unsortedSegmentSum', 'ids', ids);
  return differentiable(
    'unsortedSegmentSum',
    [data],
    () => kernel('UnsortedSegmentSum', [data, ids, tf.scalar(count, 'int32')]),
    [
      (dy) => {
        const rows = gather(dy, kernel('Maximum', [ids, int32([0])]));
        const kept = untaped(() => cast(greaterEqual(ids, 0), 'float32'));
        return mul(rows, reshape(kept, [ids.size, ...data.shape.slice(1).map(() => 1)]));
      },
    ],
  );
}

/**
 * Counts how often each of 0 … count − 1 occurs in `ids` (int32, any shape): float32 [count]. No gradient. Computed as
 * sums of ones, because TensorFlow's Bincount refuses deterministic mode on a card.
 */
export function bincount(ids: Tensor, count: number): Tensor {
  requireInt32('bincount', 'ids', ids);
  const ones = kernel('BroadcastTo', [tf.scalar(1), int32([ids.size])]);
  return kernel('UnsortedSegmentSum', [ones, reshape(ids, [-1]), tf.scalar(count, 'int32')]);
}
