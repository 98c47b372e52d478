import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EstimatorInputs, estimate } from '../../../../main/engine/autoencoders/discrete-estimators';
import { type Program, constant, createProgram, gradients } from '../../../../main/engine/tensorflow/graph';
import type { Tensor } from '../../../../main/engine/tensorflow/native/load';
import * as ops from '../../../../main/engine/tensorflow/ops';

/** Two variables of three values: few enough to count all their pairs. */
const [M, K, S] = [2, 3, 2];
const LOGITS = [0.3, -0.5, 0.8, -0.2, 0.6, 0.1];
/** log p(x|z) = 3 tanh(z₁ᵀ A z₂) + 6: not linear, and far from 0, as likelihoods are. */
const A = [1.2, -0.7, 0.4, -1.5, 0.9, 0.2, 0.5, -0.3, 1.1];
const valueOf = (first: number, second: number) => 3 * Math.tanh(A[first * K + second]!) + 6;
const tensorOf = (draws: Tensor): Tensor => {
  const [first, second] = ops.unstack(draws, 2).map((one) => ops.reshape(one, [-1, K]));
  const product = ops.sum(ops.mul(ops.matMul(first!, constant(A, [K, K], 'float32')), second!), 1);
  return ops.reshape(ops.add(ops.mul(ops.tanh(product), 3), 6), draws.shape.slice(0, 2));
};

const pairs = Array.from({ length: K * K }, (_, at) => [Math.floor(at / K), at % K] as const);
/** Probabilities of all pairs under independent categorical variables with these logits. */
function posterior(logits: readonly number[]): number[] {
  const shares = [0, 1].map((variable) => {
    const own = logits.slice(variable * K, (variable + 1) * K).map(Math.exp);
    return own.map((one) => one / own.reduce((sum, value) => sum + value));
  });
  return pairs.map(([first, second]) => shares[0]![first]! * shares[1]![second]!);
}
const PRIOR = K ** -M;
const elbo = (logits: readonly number[]): number =>
  posterior(logits).reduce((sum, q, at) => sum + q * (valueOf(...pairs[at]!) + Math.log(PRIOR / q)), 0);
/** E log ½ (w₁ + w₂), over all pairs of draws. */
function tighter(logits: readonly number[]): number {
  const q = posterior(logits);
  const weights = q.map((one, at) => (Math.exp(valueOf(...pairs[at]!)) * PRIOR) / one);
  return q.reduce(
    (sum, one, at) =>
      sum + one * q.reduce((all, two, to) => all + two * Math.log((weights[at]! + weights[to]!) / 2), 0),
    0,
  );
}
const gradientOf = (of: (logits: readonly number[]) => number): number[] =>
  LOGITS.map((_, at) => {
    const moved = (by: number) => of(LOGITS.map((value, place) => value + (place === at ? by : 0)));
    return (moved(1e-5) - moved(-1e-5)) / 2e-5;
  });

const PICTURES = 2048;
const ROUNDS = 16;
let program: Program;
beforeAll(() => {
  program = createProgram();
});
afterAll(() => program.dispose());

/** Mean and variance of an estimate's gradient, component by component, over many independent draws; and of the bound. */
function sample(estimator: EstimatorInputs['estimator']) {
  const feeds = { step: { shape: [], dtype: 'int32' } } as const;
  const look = program.define(estimator, { feeds }, ({ step }) => {
    const logits = ops.add(ops.zeros([PICTURES, M, K]), constant(LOGITS, [M, K], 'float32'));
    const noise = ops.random.gumbel([S, PICTURES, M, K], ops.seedOf(1, step, 1));
    const { value, grads } = gradients(() => {
      const baseline = ops.scalar(5);
      const found = estimate({ estimator, logits, noise, temperature: 1, baseline, logLikelihood: tensorOf });
      return { loss: ops.sum(found.surrogate), bound: ops.mean(found.bound) };
    }, [logits]);
    return { gradient: grads[0]!, bound: value.bound };
  });
  const [sums, squares] = [Array<number>(M * K).fill(0), Array<number>(M * K).fill(0)];
  let bound = 0;
  for (let step = 0; step < ROUNDS; step++) {
    const found = look.run({ step });
    bound += found.bound.data[0]! / ROUNDS;
    found.gradient.data.forEach((value, at) => {
      sums[at % (M * K)]! += value;
      squares[at % (M * K)]! += value * value;
    });
  }
  const count = PICTURES * ROUNDS;
  const mean = sums.map((sum) => sum / count);
  const variance = squares.map((square, at) => square / count - mean[at]! ** 2);
  /** How far the mean is from what is expected, in its own standard errors. */
  const offBy = (expected: readonly number[]) =>
    Math.max(...mean.map((one, at) => Math.abs(one - expected[at]!) / Math.sqrt(variance[at]! / count)));
  return { bound, offBy, trace: variance.reduce((sum, one) => sum + one) };
}

const known = new Map<string, ReturnType<typeof sample>>();
function sampled(estimator: EstimatorInputs['estimator']) {
  const found = known.get(estimator) ?? sample(estimator);
  known.set(estimator, found);
  return found;
}

describe('the gradient estimates of a discrete VAE', () => {
  it.each(['reinforce', 'baseline', 'rloo'] as const)('by %s are right on average', (estimator) => {
    const found = sampled(estimator);
    expect(found.offBy(gradientOf(elbo))).toBeLessThan(4.5);
    expect(found.bound).toBeCloseTo(elbo(LOGITS), 1);
  });

  it('by VIMCO are right on average, of the tighter bound', () => {
    const found = sampled('vimco');
    expect(found.offBy(gradientOf(tighter))).toBeLessThan(4.5);
    expect(found.offBy(gradientOf(elbo))).toBeGreaterThan(10);
    expect(tighter(LOGITS)).toBeGreaterThan(elbo(LOGITS));
    expect(found.bound).toBeCloseTo(tighter(LOGITS), 1);
  });

  it.each(['gumbel', 'gumbel-st', 'straight-through'] as const)('by %s are not', (estimator) => {
    expect(sampled(estimator).offBy(gradientOf(elbo))).toBeGreaterThan(10);
  });

  it('vary less with a baseline, the mean so far or that of the other draws', () => {
    const [none, running, others] = (['reinforce', 'baseline', 'rloo'] as const).map((one) => sampled(one).trace);
    expect(running).toBeLessThan(none! / 4);
    expect(others).toBeLessThan(none! / 4);
  });
});
