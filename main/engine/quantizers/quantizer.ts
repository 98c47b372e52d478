import type { QuantizerSpec } from '@shared/specs';
import type { Program, Variable, VariableUpdate } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';

/** What a training step needs of a quantizer. */
export interface Quantized {
  /** Straight-through: the codes' vectors going forward, the gradient to the encoder going back. [N, h, w, D] */
  quantized: Tensor;
  /** [N, h, w] int32 in [0, K); [N, h, w, depth] where a place has several. */
  indices: Tensor;
  /** Terms of the loss, weighted: scalars by name. */
  terms: Readonly<Record<string, Tensor>>;
  /** Perplexity of the codes used in this batch, at most N · h · w; averaged over several stages: scalar. */
  perplexity: Tensor;
  /** To be carried out once, with the step's gradients. All values are from before the step. */
  updates: readonly VariableUpdate[];
}

export interface Quantizer {
  /** K, the size of the vocabulary. */
  readonly codes: number;
  /** Codes a place has: stages, groups or heads. Where it is 1, indices have no axis for it. */
  readonly depth: number;
  /** D, the length of the vectors that are quantized. */
  readonly dimension: number;
  /** What `indices` and `lookUp` read; other variables matter to training alone. */
  readonly weights: readonly Variable[];
  /** What the codes of a stage stand for in D dimensions, or, of groups, in the group's: [K, D] or fewer columns. */
  codebook(stage: number): Tensor;
  /** Latents [..., D] → codes [...] or [..., depth] int32. No gradient. */
  indices(latents: Tensor): Tensor;
  /** Codes [...] or [..., depth] int32 in [0, K) → their vectors [..., D]. */
  lookUp(indices: Tensor): Tensor;
  /** Latents [N, h, w, D] as a training step sees them; `step` (int32 scalar, counted from 1) seeds what is random. */
  quantize(latents: Tensor, step: Tensor): Quantized;
  /**
   * Fits the codebook to encoder outputs before a run's first step (k-means).
   * @param latents [M, D] of items drawn from the training split
   */
  prepare?(latents: Float32Array): Promise<void>;
}

/** What makes a quantizer of any kind; those made of others are given it. */
export type CreateQuantizer = (program: Program, name: string, spec: QuantizerSpec, seed: number) => Quantizer;
