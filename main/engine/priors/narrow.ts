import { NEVER } from '../nn';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/**
 * Logits of which only the likeliest tokens can still be drawn; the others become −10⁹.
 * @param logits [N, V]
 * @param topK int32 [1]: the k largest, and what equals the last of them (Fan et al. 2018); V leaves all
 * @param topP float32 scalar in (0, 1]: of those, the fewest whose probabilities together reach p (Holtzman et al. 2020, section 3.1)
 */
export function narrow(logits: Tensor, topK: Tensor, topP: Tensor): Tensor {
  const [, vocabulary = 0] = logits.shape;
  const sorted = ops.topK(logits, vocabulary).values;
  const among = ops.less(ops.range(0, vocabulary), topK);
  const likeliest = ops.where(among, sorted, NEVER);
  const before = ops.cumsum(ops.softmax(likeliest), -1, { exclusive: true });
  const kept = ops.logicalAnd(among, ops.less(before, topP));
  const least = ops.min(ops.where(kept, sorted, Infinity), -1, true);
  return ops.where(ops.less(logits, least), NEVER, logits);
}
