import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/**
 * Draws from a Gumbel-softmax (Jang et al. 2017; Maddison et al. 2017): y = softmax((l + g) / τ) over the last axis, which for
 * τ → 0 is one-hot, with the probabilities softmax(l).
 * @param logits l [..., K]
 * @param noise g, standard Gumbel, of the same shape or with axes in front
 * @param isStraightThrough whether going forward the largest of y is 1 and the others 0; the gradient is that of y all the same
 */
export function gumbelSoftmax(
  logits: Tensor,
  noise: Tensor,
  temperature: number | Tensor,
  isStraightThrough: boolean,
): Tensor {
  const soft = ops.softmax(ops.div(ops.add(logits, noise), temperature));
  return isStraightThrough ? ops.straightThrough(soft, ops.oneHot(ops.argMax(soft), soft.shape.at(-1) ?? 1)) : soft;
}

/** KL(softmax(l) ‖ uniform) = Σ q (log q + log K) over the last axis: [..., K] → [...], nats from 0 to log K. */
export function divergenceFromUniform(logits: Tensor): Tensor {
  const logShares = ops.logSoftmax(logits);
  return ops.sum(ops.mul(ops.exp(logShares), ops.add(logShares, Math.log(logits.shape.at(-1) ?? 1))), -1);
}
