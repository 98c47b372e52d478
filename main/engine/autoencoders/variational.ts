import { type Signal, type LikelihoodSpec, type NetworkSpec, shapeOf } from '@shared/specs';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { VectorAutoencoder } from './autoencoder';
import { only } from './latents';
import { createLikelihood } from './likelihoods';
import { type Posterior, logDensity, logPrior, posteriorOf, sample } from './posterior';
import { prepareMean } from './prepare-mean';
import { vectorDecoder, vectorEncoder } from './vector-network';

/** Sets the draws of variational models apart from others that a step makes with the run's seed. */
export const STREAMS = {
  trainingNoise: 41,
  trainingPixels: 42,
  measureNoise: 43,
  measurePixels: 44,
  importanceNoise: 45,
} as const;

export interface VariationalSpec {
  latent: number;
  network: NetworkSpec;
  likelihood: LikelihoodSpec;
  likelihoodSamples: number;
}

/**
 * What the VAE and its kin have in common: an encoder for q(z|x), a normal prior p(z) = N(0, I), a decoder for p(x|z), and how
 * pictures are encoded (the mean of q), decoded (the mean of p) and judged.
 */
export function variational(
  program: Program,
  { latent: length, network, likelihood: spec, likelihoodSamples }: VariationalSpec,
  signal: Signal,
  seed: number,
) {
  const posterior = posteriorOf(program, vectorEncoder(program, network, signal), length);
  const decoder = vectorDecoder(program, network, signal, length);
  const likelihood = createLikelihood(program, spec, signal);

  /** Vectors [..., N, length] → decoder outputs [..., N, ...sides, C]. */
  const outputsOf = (z: Tensor): Tensor => {
    const outputs = decoder.apply(z.rank === 2 ? z : ops.reshape(z, [-1, length]));
    return z.rank === 2 ? outputs : ops.reshape(outputs, [...z.shape.slice(0, -1), ...shapeOf(signal)]);
  };

  const parts: Pick<
    VectorAutoencoder,
    'signal' | 'latent' | 'isPosteriorMean' | 'encode' | 'decode' | 'prepare' | 'importance'
  > = {
    signal,
    latent: { kind: 'vector', length },
    isPosteriorMean: true,
    encode: (images) => [posterior(images).mean],
    decode: (latents) => likelihood.imagesOf(decoder.apply(only(latents))),
    prepare: prepareMean(program, decoder, signal, likelihood.outputOf),
    importance: {
      samples: likelihoodSamples,
      logWeights(images, draws, { batch, call }) {
        const observed = likelihood.observe(images, ops.seedOf(seed, batch, STREAMS.measurePixels));
        const noise = noiseFor(images, draws, ops.seedOf(seed, call, STREAMS.importanceNoise));
        return importance(posterior(observed), noise, observed).logWeights;
      },
      bitsPerDimension: likelihood.bitsPerDimension,
    },
  };

  /** Standard normal noise, [draws, N, length]. */
  function noiseFor(images: Tensor, draws: number, noiseSeed: Tensor): Tensor {
    return ops.random.normal([draws, images.shape[0] ?? 1, length], noiseSeed);
  }

  /**
   * log w = log p(x|z) + log p(z) − log q(z|x) of draws z = μ + σ ε (Burda et al. 2016, equation 8): [draws, N], nats.
   * @param noise ε [draws, N, length]
   * @param through how the gradient passes through z, if not as it is
   */
  function importance(
    q: Posterior,
    noise: Tensor,
    observed: Tensor,
    through = (z: Tensor, density: Posterior) => ({ z, density }),
  ) {
    const { z, density } = through(sample(q, noise), q);
    const outputs = outputsOf(z);
    const logLikelihood = likelihood.logLikelihood(outputs, observed);
    const logWeights = ops.add(logLikelihood, ops.sub(logPrior(z), logDensity(density, z)));
    return { outputs, logLikelihood, logWeights };
  }

  return { parts, posterior, likelihood, outputsOf, noiseFor, importance };
}
