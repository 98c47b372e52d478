import type { DiscreteVaeSpec } from '@shared/specs';
import { denseLayer, hyper } from '../nn';
import { divergenceFromUniform } from '../quantizers';
import { type Program, constantGradientsOf, withTape } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { AutoencoderLoss, CodeAutoencoder, ModelContext } from './autoencoder';
import { type DiscreteEstimate, drawn, estimate } from './discrete-estimators';
import { decodedByVectors, only } from './latents';
import { createLikelihood } from './likelihoods';
import { prepareMean } from './prepare-mean';
import { vectorDecoder, vectorEncoder } from './vector-network';

/** Sets the draws of this file apart from others that a step makes with the run's seed. */
const STREAMS = {
  noise: 61,
  secondNoise: 62,
  pixels: 63,
  measureNoise: 64,
  measurePixels: 65,
  importanceNoise: 66,
} as const;

/** Decay of the running mean that `baseline` subtracts, as in NVIL (Mnih and Gregor 2014). */
const BASELINE_DECAY = 0.8;

/** What the decoder's first layer is called, by network. */
const FIRST_KERNEL = { dense: 'decoder/dense1/kernel', convolutional: 'decoder/grid/kernel' } as const;

/**
 * A VAE with M categorical variables of K values and a uniform prior (for K = 2 the sigmoid belief network of Mnih and Gregor
 * 2014), and a choice of gradient estimators: see `estimate`. An encoder turns an image x [N, H, W, C] into the logits of q(z|x),
 * [N, M, K], a decoder the one-hot z into p(x|z). The loss in nats per picture, means over the batch:
 *
 *   L = −E log p(x|z)  +  KL(q(z|x) ‖ uniform)       with VIMCO minus its tighter bound: what it gains counts in the second term
 *
 * `gradient-variance` is the trace of the covariance of the estimated gradient with respect to a picture's logits, from two
 * estimates g, g′ with other draws: the mean over the batch of ½ ‖g − g′‖², which has that expectation.
 *
 * A picture's codes are one place with M of them, each with vectors of its own: its rows of the decoder's first layer.
 */
export function discreteVae(program: Program, spec: DiscreteVaeSpec, { signal, seed }: ModelContext): CodeAutoencoder {
  const { variables, codes, samples, estimator } = spec;
  const length = variables * codes;
  const { height, width, channels } = signal;
  const encoder = vectorEncoder(program, spec.network, signal);
  const toLogits = denseLayer(program, 'encoder/logits', { inputs: encoder.size, units: length });
  const decoder = vectorDecoder(program, spec.network, signal, length);
  const first = program.trainable.find(({ name }) => name === FIRST_KERNEL[spec.network.kind])!;
  const likelihood = createLikelihood(program, spec.likelihood, signal);
  const temperature = hyper(program, 'temperature', spec.temperature);
  const isBaseline = estimator === 'baseline';
  const baseline = isBaseline ? program.variable('baseline', { shape: [] }, { trainable: false }) : undefined;

  const logitsOf = (images: Tensor) => ops.reshape(toLogits(encoder.apply(images)), [-1, variables, codes]);
  const gumbel = (items: number, draws: number, of: Tensor) => ops.random.gumbel([draws, items, variables, codes], of);
  /** Draws [..., M, K] → decoder outputs [..., H, W, C]. */
  const outputsOf = (draws: Tensor) =>
    ops.reshape(decoder.apply(ops.reshape(draws, [-1, length])), [
      ...draws.shape.slice(0, -2),
      height,
      width,
      channels,
    ]);

  /** One estimate with the draws of a seed; `outputs` are the decoder's for them. */
  const look = (logits: Tensor, observed: Tensor, noiseSeed: Tensor): DiscreteEstimate & { outputs: Tensor } => {
    let outputs: Tensor | undefined;
    const found = estimate({
      estimator,
      logits,
      noise: gumbel(logits.shape[0] ?? 1, samples, noiseSeed),
      temperature: temperature(),
      baseline: baseline?.read() ?? ops.scalar(0),
      logLikelihood: (draws) => likelihood.logLikelihood((outputs = outputsOf(draws)), observed),
    });
    return { ...found, outputs: outputs! };
  };

  /** ½ ‖g − g′‖² of two estimates' gradients with respect to each picture's logits: scalar, the mean over the batch. */
  const varianceOf = (logits: Tensor, one: Tensor, other: Tensor): Tensor => {
    const [g, h] = [one, other].map((surrogate) => constantGradientsOf(ops.sum(surrogate), [logits])[0]!);
    return ops.div(ops.sum(ops.square(ops.sub(g!, h!))), 2 * (logits.shape[0] ?? 1));
  };

  return {
    signal,
    latent: {
      kind: 'codes',
      levels: [{ axes: [1, 1], depth: variables, codes, dimension: first.shape[1] ?? 1 }],
    },
    weights: program.trainable,
    codebook: (_level, stage) => ops.slice(first.read(), [stage * codes, 0], [codes, -1]),
    encode(images) {
      const indices = ops.argMax(logitsOf(images));
      return [ops.reshape(indices, [-1, 1, 1, ...(variables > 1 ? [variables] : [])])];
    },
    // One-hot codes stand for their vectors: the decoder's first layer is linear, so what lies between them is between those.
    ...decodedByVectors(
      (latents) => [ops.reshape(ops.oneHot(only(latents), codes), [-1, length])],
      (vectors) => likelihood.imagesOf(decoder.apply(only(vectors))),
    ),
    prepare: prepareMean(program, decoder, signal, likelihood.outputOf),
    loss: (images, step): AutoencoderLoss =>
      withTape(() => {
        const observed = likelihood.observe(images, ops.seedOf(seed, step, STREAMS.pixels));
        const logits = logitsOf(observed);
        const found = look(logits, observed, ops.seedOf(seed, step, STREAMS.noise));
        const variance = (): Record<string, Tensor> => {
          const second = look(logits, observed, ops.seedOf(seed, step, STREAMS.secondNoise));
          return { 'gradient-variance': varianceOf(logits, found.surrogate, second.surrogate) };
        };
        const logLikelihood = ops.mean(found.logLikelihood);
        const bound = ops.mean(found.bound);
        const cost = ops.neg(ops.mean(found.surrogate));
        // The value of the bound with the gradient of the surrogate.
        const total = ops.sub(cost, ops.stopGradient(ops.add(cost, bound)));
        const reconstruction = likelihood.imagesOf(
          ops.squeeze(ops.slice(found.outputs, [0, 0, 0, 0, 0], [1, -1, -1, -1, -1]), [0]),
        );
        return {
          total,
          terms: { reconstruction: ops.neg(logLikelihood), kl: ops.sub(logLikelihood, bound) },
          reconstruction,
          metrics: {
            perplexity: perplexityOfEach(logits),
            elbo: ops.sub(logLikelihood, ops.mean(found.divergence)),
            kl: ops.mean(found.divergence),
            ...(spec.measureVariance ? variance() : {}),
            ...likelihood.metrics(),
          },
          updates: baseline
            ? [{ kind: 'assign', variable: baseline, value: runningMean(baseline.read(), logLikelihood) }]
            : [],
        };
      }),
    measure(images, at) {
      const observed = likelihood.observe(images, ops.seedOf(seed, at, STREAMS.measurePixels));
      const logits = logitsOf(observed);
      const noise = gumbel(images.shape[0] ?? 1, samples, ops.seedOf(seed, at, STREAMS.measureNoise));
      const logLikelihood = likelihood.logLikelihood(outputsOf(drawn(logits, noise)), observed);
      const divergence = ops.sum(divergenceFromUniform(logits), -1);
      const elbo = ops.sub(ops.mean(logLikelihood, 0), divergence);
      return { elbo, kl: divergence, 'bits-per-dimension': likelihood.bitsPerDimension(elbo) };
    },
    importance: {
      samples: spec.likelihoodSamples,
      logWeights(images, draws, { batch, call }) {
        const observed = likelihood.observe(images, ops.seedOf(seed, batch, STREAMS.measurePixels));
        const logits = logitsOf(observed);
        const noise = gumbel(images.shape[0] ?? 1, draws, ops.seedOf(seed, call, STREAMS.importanceNoise));
        const draw = drawn(logits, noise);
        const logLikelihood = likelihood.logLikelihood(outputsOf(draw), observed);
        const logPosterior = ops.sum(ops.mul(draw, ops.logSoftmax(logits)), [-2, -1]);
        return ops.sub(ops.sub(logLikelihood, variables * Math.log(codes)), logPosterior);
      },
      bitsPerDimension: likelihood.bitsPerDimension,
    },
  };
}

/** Perplexity of each variable's most likely values in the batch, averaged over variables: logits [N, M, K] → scalar. */
function perplexityOfEach(logits: Tensor): Tensor {
  const shares = ops.mean(ops.oneHot(ops.argMax(logits), logits.shape.at(-1) ?? 1), 0);
  const entropies = ops.neg(ops.sum(ops.mul(shares, ops.log(ops.add(shares, 1e-10))), -1));
  return ops.mean(ops.exp(entropies));
}

function runningMean(before: Tensor, now: Tensor): Tensor {
  return ops.add(before, ops.mul(ops.sub(now, before), 1 - BASELINE_DECAY));
}
