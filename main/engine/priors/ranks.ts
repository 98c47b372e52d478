import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/** Ranks within each row of values [N, L]: int32, 0 for the largest; of equals the first ranks first. No gradient. */
export function ranksOf(values: Tensor): Tensor {
  const [, length = 0] = values.shape;
  const order = ops.topK(values, length).indices;
  // where each index stands in the order: the order of the order
  return ops.topK(ops.neg(ops.cast(order, 'float32')), length).indices;
}
