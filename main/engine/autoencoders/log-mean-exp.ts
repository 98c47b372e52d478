import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/** log (1/k) Σ w from log w [k, N]: [N]. */
export function logMeanExp(logWeights: Tensor): Tensor {
  return ops.sub(ops.logSumExp(logWeights, 0), Math.log(logWeights.shape[0] ?? 1));
}
