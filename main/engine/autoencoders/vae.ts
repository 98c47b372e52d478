import type { VaeSpec } from '@shared/specs';
import { hyper } from '../nn';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { ModelContext, VectorAutoencoder } from './autoencoder';
import { divergences, sample } from './posterior';
import { STREAMS, variational } from './variational';

/**
 * Variational autoencoder (Kingma and Welling 2014, “Auto-Encoding Variational Bayes”).
 *
 * An encoder turns an image x [N, H, W, C] into a normal distribution q(z|x) over vectors, a decoder turns a draw z = μ + σε
 * from it into p(x|z). The loss, in nats per picture, is what the bound on log p(x) lacks,
 *
 *   L = −E log p(x|z)  +  β Σⱼ KL(q(zⱼ|x) ‖ N(0, 1))
 *
 * with one draw a picture. β is 1 for the bound itself (Higgins et al. 2017 for others, a schedule for a warm-up: Bowman et al.
 * 2016). Of each component's KL, the mean over the batch, the first λ nats are free: max(λ, KLⱼ) (Kingma et al. 2016, section
 * 7.2 of the appendix).
 */
export function vae(program: Program, spec: VaeSpec, { signal, seed }: ModelContext): VectorAutoencoder {
  const { parts, posterior, likelihood, outputsOf, noiseFor } = variational(program, spec, signal, seed);
  const beta = hyper(program, 'beta', spec.beta);

  /** One draw a picture: decoder outputs, log p(x|z) [N] and each component's KL [N, length]. */
  const look = (observed: Tensor, noiseSeed: Tensor) => {
    const q = posterior(observed);
    const outputs = outputsOf(sample(q, ops.squeeze(noiseFor(observed, 1, noiseSeed), [0])));
    return { outputs, logLikelihood: likelihood.logLikelihood(outputs, observed), kl: divergences(q) };
  };

  return {
    ...parts,
    weights: program.trainable,
    loss(images, step) {
      const observed = likelihood.observe(images, ops.seedOf(seed, step, STREAMS.trainingPixels));
      const { outputs, logLikelihood, kl } = look(observed, ops.seedOf(seed, step, STREAMS.trainingNoise));
      const ofComponent = ops.mean(kl, 0);
      const held = spec.freeBits > 0 ? ops.maximum(ofComponent, spec.freeBits) : ofComponent;
      const reconstruction = ops.neg(ops.mean(logLikelihood));
      const divergence = ops.mul(ops.sum(held), beta());
      const decoded = likelihood.imagesOf(outputs);
      return {
        total: ops.add(reconstruction, divergence),
        terms: { reconstruction, kl: divergence },
        reconstruction: decoded,
        metrics: {
          kl: ops.sum(ofComponent),
          elbo: ops.sub(ops.mean(logLikelihood), ops.sum(ofComponent)),
          ...likelihood.metrics(),
        },
        updates: [],
      };
    },
    measure(images, at) {
      const observed = likelihood.observe(images, ops.seedOf(seed, at, STREAMS.measurePixels));
      const { logLikelihood, kl } = look(observed, ops.seedOf(seed, at, STREAMS.measureNoise));
      const divergence = ops.sum(kl, 1);
      const elbo = ops.sub(logLikelihood, divergence);
      return { elbo, kl: divergence, 'bits-per-dimension': likelihood.bitsPerDimension(elbo) };
    },
  };
}
