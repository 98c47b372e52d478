import { type Signal, type LikelihoodSpec, valuesOf } from '@shared/specs';
import { constantInit } from '../nn';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/** p(x|z): how likely pictures are, given what the decoder puts out. */
export interface Likelihood {
  /** Output for a mean brightness in [0, 1]: what the decoder begins with. */
  outputOf(mean: number): number;
  /** Decoder outputs → images, about [−0.5, 0.5]: the mean of p(x|z). */
  imagesOf(outputs: Tensor): Tensor;
  /** Images as the model is given them in training and when it is judged: binarised at random, or as they are. */
  observe(images: Tensor, seed: Tensor): Tensor;
  /** log p(x|z) of images [N, H, W, C], with outputs [..., N, H, W, C]: [..., N], nats; of a Gaussian a density. */
  logLikelihood(outputs: Tensor, images: Tensor): Tensor;
  /**
   * log p of pictures as `logLikelihood` means it → bits per value of the pixels as whole numbers from 0 to 255, or from 0 to 1
   * where they are binary. Of a bound on log p it is a bound from above. [N] → [N]
   */
  bitsPerDimension(logDensity: Tensor): Tensor;
  /** Scalars worth a curve. */
  metrics(): Readonly<Record<string, Tensor>>;
}

const OVER_PIXELS = [-3, -2, -1];

export function createLikelihood(program: Program, spec: LikelihoodSpec, signal: Signal): Likelihood {
  return spec.kind === 'gaussian' ? gaussian(program, spec, signal) : bernoulli(spec, signal);
}

/** One step of brightness in the models' range. */
const STEP = 1 / 255;

/**
 * Independent normal distributions around the decoder's output, all of one σ: fixed, or learnt as the variable
 * `likelihood/log-deviation`.
 *
 * Brightness comes in steps, of which a density knows nothing: where a picture is met exactly it would grow without limit as σ falls.
 * So pictures are held to have uniform noise as wide as a step (Theis et al. 2016), whose mean effect on the squared error is
 * known, a twelfth of the step squared; it needs no draws.
 */
function gaussian(
  program: Program,
  { deviation, learnt }: Extract<LikelihoodSpec, { kind: 'gaussian' }>,
  signal: Signal,
): Likelihood {
  const variable = learnt
    ? program.variable('likelihood/log-deviation', { shape: [], initialiser: constantInit(Math.log(deviation)) })
    : undefined;
  const logDeviation = () => variable?.read() ?? ops.scalar(Math.log(deviation));
  const values = valuesOf(signal);
  return {
    outputOf: (mean) => mean - 0.5,
    imagesOf: (outputs) => outputs,
    observe: (images) => images,
    logLikelihood(outputs, images) {
      const squares = ops.add(ops.sum(ops.square(ops.sub(outputs, images)), OVER_PIXELS), (values * STEP ** 2) / 12);
      const halfPrecision = ops.mul(ops.exp(ops.mul(logDeviation(), -2)), 0.5);
      const constant = ops.mul(ops.add(logDeviation(), Math.log(2 * Math.PI) / 2), values);
      return ops.neg(ops.add(ops.mul(squares, halfPrecision), constant));
    },
    bitsPerDimension: (logDensity) => ops.sub(ops.mul(logDensity, -1 / (values * Math.LN2)), Math.log2(STEP)),
    metrics: (): Record<string, Tensor> => (learnt ? { deviation: ops.exp(logDeviation()) } : {}),
  };
}

/** Every value white with the probability σ(output), independently. */
function bernoulli({ binarise }: Extract<LikelihoodSpec, { kind: 'bernoulli' }>, signal: Signal): Likelihood {
  const values = valuesOf(signal);
  return {
    outputOf(mean) {
      const limited = Math.min(0.999, Math.max(0.001, mean));
      return Math.log(limited / (1 - limited));
    },
    imagesOf: (outputs) => ops.sub(ops.sigmoid(outputs), 0.5),
    observe(images, seed) {
      if (!binarise) return images;
      const isWhite = ops.less(ops.random.uniform(images.shape, seed), ops.add(images, 0.5));
      return ops.sub(ops.cast(isWhite, 'float32'), 0.5);
    },
    logLikelihood(outputs, images) {
      // −log p = softplus(l) − x l, and with x = s + ½ that is softplus(l) − l / 2 − s l; where x is 0 or 1, softplus(∓l).
      const cost = binarise
        ? ops.softplus(ops.mul(outputs, ops.mul(images, -2)))
        : ops.sub(ops.softplus(outputs), ops.mul(outputs, ops.add(images, 0.5)));
      return ops.neg(ops.sum(cost, OVER_PIXELS));
    },
    bitsPerDimension: (logProbability) => ops.mul(logProbability, -1 / (values * Math.LN2)),
    metrics: () => ({}),
  };
}
