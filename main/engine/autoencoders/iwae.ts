import type { IwaeSpec } from '@shared/specs';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { ModelContext, VectorAutoencoder } from './autoencoder';
import { logMeanExp } from './log-mean-exp';
import { type Posterior, divergences } from './posterior';
import { STREAMS, variational } from './variational';

/**
 * Importance weighted autoencoder (Burda, Grosse and Salakhutdinov 2016): a VAE that draws k latents of each picture and weighs
 * them by w = p(x, z) / q(z|x). The loss, in nats per picture, is
 *
 *   L = −log (1/k) Σᵢ wᵢ
 *
 * which for k = 1 is the VAE's and comes closer to −log p(x) as k grows. It is told in three terms: `reconstruction` and
 * `kl`, the means over the draws of −log p(x|z) and of log q(z|x)/p(z), which are the VAE's, and `tightening`, what the k draws gain
 * (never above 0). The gradient is the paper's, Σ w̃ ∇ log w with weights w̃ that sum to 1 (equation 14), or for the encoder the
 * doubly reparameterised Σ w̃² (∂ log w / ∂z)(∂z / ∂φ) (Tucker et al. 2019, equation 8).
 */
export function iwae(program: Program, spec: IwaeSpec, { signal, seed }: ModelContext): VectorAutoencoder {
  const { parts, posterior, likelihood, noiseFor, importance } = variational(program, spec, signal, seed);
  const { samples } = spec;

  /** The bound's value, whose gradient is the estimate that the specification names. */
  const draw = (observed: Tensor, noise: Tensor) => {
    const q = posterior(observed);
    if (spec.estimator === 'iwae') {
      const drawn = importance(q, noise, observed);
      return { ...drawn, q, bound: ops.mean(logMeanExp(drawn.logWeights)) };
    }
    const shares: { value?: Tensor } = {};
    const drawn = importance(q, noise, observed, (z, density) => ({
      z: ops.scaleGradient(z, () => ops.expandDims(shares.value!, 2)),
      density: constant(density),
    }));
    const { logWeights } = drawn;
    shares.value = ops.stopGradient(ops.softmax(logWeights, 0));
    const weighted = ops.mean(ops.sum(ops.mul(shares.value, logWeights), 0));
    return { ...drawn, q, bound: ops.straightThrough(weighted, ops.mean(logMeanExp(logWeights))) };
  };

  return {
    ...parts,
    weights: program.trainable,
    loss(images, step) {
      const observed = likelihood.observe(images, ops.seedOf(seed, step, STREAMS.trainingPixels));
      const noise = noiseFor(images, samples, ops.seedOf(seed, step, STREAMS.trainingNoise));
      const { outputs, logLikelihood, logWeights, bound, q } = draw(observed, noise);
      const reconstruction = ops.neg(ops.mean(logLikelihood));
      const elbo = ops.mean(logWeights);
      const first = ops.squeeze(ops.slice(outputs, [0, 0, 0, 0, 0], [1, -1, -1, -1, -1]), [0]);
      const decoded = likelihood.imagesOf(first);
      return {
        total: ops.neg(bound),
        terms: {
          reconstruction,
          kl: ops.neg(ops.add(elbo, reconstruction)),
          tightening: ops.sub(elbo, bound),
        },
        reconstruction: decoded,
        metrics: {
          kl: ops.mean(ops.sum(divergences(q), 1)),
          elbo,
          ...likelihood.metrics(),
        },
        updates: [],
      };
    },
    measure(images, at) {
      const observed = likelihood.observe(images, ops.seedOf(seed, at, STREAMS.measurePixels));
      const noise = noiseFor(images, samples, ops.seedOf(seed, at, STREAMS.measureNoise));
      const { logWeights, q } = draw(observed, noise);
      const bound = logMeanExp(logWeights);
      return {
        elbo: ops.mean(logWeights, 0),
        kl: ops.sum(divergences(q), 1),
        [`iwae-${samples}`]: bound,
        'bits-per-dimension': likelihood.bitsPerDimension(bound),
      };
    },
  };
}

/** The same distribution, as a constant. */
function constant({ mean, logDeviation }: Posterior): Posterior {
  return { mean: ops.stopGradient(mean), logDeviation: ops.stopGradient(logDeviation) };
}
