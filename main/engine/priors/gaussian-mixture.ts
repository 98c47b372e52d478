import type { VectorLatent } from '@shared/specs';
import { type GaussianMixture, factorsOf } from '../density';
import { type Program, constant } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { type VectorPrior, lossOf } from './vector-prior';

export interface GaussianMixtureOptions {
  latent: VectorLatent;
  /** K */
  components: number;
  covariance: GaussianMixture['covariance'];
  /** Fits the mixture to vectors [M, D]. */
  fit(vectors: Float32Array, options?: { signal: AbortSignal }): Promise<GaussianMixture>;
}

/**
 * A mixture of Gaussians as a prior, of one component a Gaussian:
 *
 *   p(z) = Σₖ πₖ N(z; μₖ, Lₖ Lₖᵀ)        z = μₖ + Lₖ ε,   k drawn from π, ε from N(0, I)
 *
 * It is fitted before the first step; a step learns nothing more and tells the batch's nats. With variables `name/weights` [K] (π),
 * `name/means` [K, D], `name/factors` (of full covariances the lower triangles Lₖ [K, D, D], else deviations [K, D]) and, of full
 * ones, `name/inverses` (Lₖ⁻¹).
 */
export function gaussianMixture(program: Program, name: string, options: GaussianMixtureOptions): VectorPrior {
  const { latent, components, covariance, fit } = options;
  const { length } = latent;
  const isFull = covariance === 'full';
  const variable = (part: string, shape: number[]) =>
    program.variable(`${name}/${part}`, { shape }, { trainable: false });
  const weights = variable('weights', [components]);
  const means = variable('means', [components, length]);
  const factors = variable('factors', isFull ? [components, length, length] : [components, length]);
  const inverses = isFull ? variable('inverses', [components, length, length]) : undefined;

  /** The diagonals of the factors, [K, D]. */
  const diagonals = (): Tensor => {
    if (!isFull) return factors.read();
    const places = Int32Array.from({ length }, (_, at) => at * (length + 1));
    const rows = ops.reshape(factors.read(), [components, length * length]);
    return ops.gatherAlong(rows, constant(places, [length], 'int32'), 1);
  };

  const logDensity = (vectors: Tensor): Tensor => {
    const off = ops.sub(ops.expandDims(vectors, 0), ops.expandDims(means.read(), 1)); // [K, N, D]
    const white = inverses
      ? ops.matMul(off, inverses.read(), { transposeB: true })
      : ops.div(off, ops.expandDims(factors.read(), 1));
    const squares = ops.sum(ops.square(white), -1);
    const logDeterminants = ops.sum(ops.log(diagonals()), -1);
    const heights = ops.sub(
      ops.log(ops.maximum(weights.read(), LEAST)),
      ops.add(logDeterminants, length * HALF_LOG_2_PI),
    );
    return ops.logSumExp(ops.sub(ops.expandDims(heights, 1), ops.mul(squares, 0.5)), 0);
  };

  /** @param uniform [N] decides on the component. @param normal [N, D] */
  const fromNoise = (normal: Tensor, uniform: Tensor): Tensor => {
    const ends = ops.slice(ops.cumsum(weights.read(), 0), [0], [components - 1]);
    const isBeyond = ops.greaterEqual(ops.expandDims(uniform, 1), ops.expandDims(ends, 0));
    const chosen = ops.cast(ops.sum(ops.cast(isBeyond, 'float32'), 1), 'int32');
    const factor = ops.gather(factors.read(), chosen);
    const spread = isFull ? ops.squeeze(ops.matMul(factor, ops.expandDims(normal, 2)), [2]) : ops.mul(factor, normal);
    return ops.add(ops.gather(means.read(), chosen), spread);
  };

  return {
    latent,
    weights: [weights, means, factors, ...(inverses ? [inverses] : [])],
    async prepare(vectors, options) {
      const mixture = await fit(vectors, options);
      const found = factorsOf(mixture);
      program.load({
        [weights.name]: Float32Array.from(mixture.weights),
        [means.name]: Float32Array.from(mixture.means),
        [factors.name]: Float32Array.from(found.factors),
        ...(inverses && found.inverses && { [inverses.name]: Float32Array.from(found.inverses) }),
      });
    },
    loss: (vectors) => lossOf(ops.div(ops.neg(ops.mean(logDensity(vectors))), length)),
    logDensity,
    sampler({ batch }) {
      const feeds = {
        normal: { shape: [batch, length], dtype: 'float32' },
        uniform: { shape: [batch, length], dtype: 'float32' },
      } as const;
      const call = program.define(`${name}/sampler-${batch}`, { feeds }, (fed) => ({
        vectors: fromNoise(fed.normal, ops.reshape(ops.slice(fed.uniform, [0, 0], [-1, 1]), [-1])),
      }));
      return {
        *draw(noise) {
          yield { drawn: 0, total: length };
          return call.run({ ...noise }).vectors.data as Float32Array;
        },
      };
    },
    signatures: {
      log_prob: {
        feeds: (batch) => ({ vectors: { shape: [batch, length], dtype: 'float32' } }),
        body: ({ vectors }) => ({ log_prob: logDensity(vectors!) }),
      },
      sample: {
        feeds: (batch) => ({
          normal: { shape: [batch, length], dtype: 'float32' },
          uniform: { shape: [batch], dtype: 'float32' },
        }),
        body: ({ normal, uniform }) => ({ vectors: fromNoise(normal!, uniform!) }),
      },
    },
  };
}

const HALF_LOG_2_PI = Math.log(2 * Math.PI) / 2;

/** A component that nothing belongs to has a weight of 0, whose logarithm is no number; smaller ones are 0 as float32 to TensorFlow. */
const LEAST = 1e-37;
