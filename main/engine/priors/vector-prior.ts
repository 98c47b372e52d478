import type { VectorLatent } from '@shared/specs';
import type { Variable } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import type { PriorLoss } from './prior-loss';
import type { PriorSignatures } from './signatures';

/** What vectors are drawn with: nothing else in a draw is random. */
export interface Noise {
  /** Draws from N(0, 1), [N, D]. */
  normal: Float32Array;
  /** Uniform in [0, 1), [N, D]. */
  uniform: Float32Array;
}

/** Makes vectors [N, D] of noise; a vector depends on its own row of it alone. Yields between graph calls. */
export interface VectorSampler {
  draw(noise: Noise): Generator<{ drawn: number; total: number }, Float32Array>;
}

/** A distribution over the vectors of an autoencoder's items, float32 [N, D]. */
export interface VectorPrior {
  readonly latent: VectorLatent;
  /** The weights of a checkpoint and of an export. */
  readonly weights: readonly Variable[];
  /** Fits to the training items' vectors [M, D] what isn't learnt step by step: before the first step of a run. Throws BAD_REQUEST, CANCELLED. */
  prepare(vectors: Float32Array, options?: { signal: AbortSignal }): Promise<void>;
  /** The loss of a batch, −log p of a vector divided by its length, which `nats-per-dimension` tells too; `step` as of other priors. */
  loss(vectors: Tensor, step: Tensor): PriorLoss;
  /** log p(z) of each vector, nats [N]. */
  logDensity(vectors: Tensor): Tensor;
  sampler(options: { batch: number }): VectorSampler;
  /** What an export offers, by name: `log_prob`, and `sample` or `sample_step`. */
  readonly signatures: PriorSignatures;
}

/** −log p of a batch a dimension, as a loss. */
export function lossOf(nats: Tensor): PriorLoss {
  return { total: nats, terms: {}, metrics: { 'nats-per-dimension': nats } };
}
