import type { DiscreteVaeSpec } from '@shared/specs';
import { divergenceFromUniform, gumbelSoftmax } from '../quantizers';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { logMeanExp } from './log-mean-exp';

export interface EstimatorInputs {
  estimator: DiscreteVaeSpec['estimator'];
  /** Logits of q(z|x), whose categorical variables are independent of each other: [N, M, K]. */
  logits: Tensor;
  /** Standard Gumbel, one for each of S draws: [S, N, M, K]. */
  noise: Tensor;
  temperature: number | Tensor;
  /** What `baseline` subtracts: scalar. */
  baseline: Tensor;
  /** log p(x|z) of draws [S, N, M, K], one-hot over K or relaxed: [S, N]. */
  logLikelihood(draws: Tensor): Tensor;
}

export interface DiscreteEstimate {
  /** log p(x|z) of the draws: [S, N]. */
  logLikelihood: Tensor;
  /** KL(q ‖ uniform): [N]. */
  divergence: Tensor;
  /** The bound on log p(x), estimated: [N]. */
  bound: Tensor;
  /** [N]: its gradient is the estimate of the bound's gradient; its value means nothing. */
  surrogate: Tensor;
}

/**
 * Ways to estimate the gradient of a bound on log p(x) with discrete z and a uniform prior. With f = log p(x|z) of a draw z of
 * q = softmax(l), all but VIMCO estimate that of E f − KL(q ‖ p), the KL exact:
 *
 *   reinforce          f ∇log q                       score function (Glynn 1990; Williams 1992); unbiased
 *   baseline           (f − b) ∇log q                 b a running mean of f, from before the step; unbiased
 *   rloo               (fₛ − mean of the others) ∇log q   Kool et al. 2019; unbiased, needs S ≥ 2
 *   gumbel             ∇f(y)                          y relaxed (Jang, Maddison 2017); biased, less with a low temperature
 *   gumbel-st          ∇f(onehot) through y           biased
 *   straight-through   ∇f(onehot) through q           Bengio et al. 2013; biased
 *
 * VIMCO (Mnih and Rezende 2016, equations 10 and 11) estimates, unbiased, that of the tighter bound E log mean p(x, z) / q(z|x) of
 * S ≥ 2 draws, each compared with the bound that the others' geometric mean would make in its place.
 */
export function estimate(inputs: EstimatorInputs): DiscreteEstimate {
  const { estimator, logits, noise } = inputs;
  const classes = logits.shape.at(-1) ?? 1;
  const variables = logits.shape.at(-2) ?? 1;
  const divergence = ops.sum(divergenceFromUniform(logits), -1);
  const hard = drawn(logits, noise);

  const reparameterised = (draws: Tensor): DiscreteEstimate => {
    const logLikelihood = inputs.logLikelihood(draws);
    const bound = ops.sub(ops.mean(logLikelihood, 0), divergence);
    return { logLikelihood, divergence, bound, surrogate: bound };
  };
  if (estimator === 'gumbel' || estimator === 'gumbel-st')
    return reparameterised(gumbelSoftmax(logits, noise, inputs.temperature, estimator === 'gumbel-st'));
  if (estimator === 'straight-through') {
    const shares = ops.add(ops.softmax(logits), ops.zeros(noise.shape));
    return reparameterised(ops.straightThrough(shares, hard));
  }

  const logLikelihood = inputs.logLikelihood(hard);
  const logPosterior = ops.sum(ops.mul(hard, ops.logSoftmax(logits)), [-2, -1]);
  const score = (signal: Tensor) => ops.mul(ops.stopGradient(signal), logPosterior);
  if (estimator === 'vimco') {
    const logWeights = ops.sub(ops.sub(logLikelihood, variables * Math.log(classes)), logPosterior);
    const bound = logMeanExp(logWeights);
    const signal = ops.sub(bound, boundsWithoutEach(logWeights));
    return { logLikelihood, divergence, bound, surrogate: ops.add(bound, ops.sum(score(signal), 0)) };
  }
  const bound = ops.sub(ops.mean(logLikelihood, 0), divergence);
  const signal = {
    reinforce: () => logLikelihood,
    baseline: () => ops.sub(logLikelihood, inputs.baseline),
    rloo: () => ops.sub(logLikelihood, meanOfOthers(logLikelihood)),
  }[estimator]();
  return { logLikelihood, divergence, bound, surrogate: ops.add(bound, ops.mean(score(signal), 0)) };
}

/** Draws of softmax(l), the largest of l + g (Gumbel 1954): logits [N, M, K] and noise [S, N, M, K] → one-hot [S, N, M, K]. */
export function drawn(logits: Tensor, noise: Tensor): Tensor {
  return ops.oneHot(ops.argMax(ops.add(logits, noise)), logits.shape.at(-1) ?? 1);
}

/** For each of S draws, the mean of the others: [S, N]. */
function meanOfOthers(values: Tensor): Tensor {
  return ops.div(ops.sub(ops.sum(values, 0, true), values), (values.shape[0] ?? 1) - 1);
}

/** The bound with each draw's log weight replaced by the mean of the others': [S, N]. */
function boundsWithoutEach(logWeights: Tensor): Tensor {
  const draws = logWeights.shape[0] ?? 1;
  const isOwn = ops.expandDims(ops.oneHot(ops.range(0, draws), draws), 2);
  // [which is replaced, draw, N]
  const replaced = ops.add(
    ops.mul(ops.expandDims(logWeights, 0), ops.sub(1, isOwn)),
    ops.mul(ops.expandDims(meanOfOthers(logWeights), 1), isOwn),
  );
  return ops.sub(ops.logSumExp(replaced, 1), Math.log(draws));
}
