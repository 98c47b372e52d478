import type { CodesLatent } from '@shared/specs';
import type { Variable } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import type { FindCandidates } from './candidates';
import type { CodeStepper } from './code-stepper';
import type { PriorLoss } from './prior-loss';
import type { SampleOptions } from './sampler';
import type { PriorSignatures } from './signatures';
import type { VectorPrior } from './vector-prior';

/** How far a drawing is. */
export interface Drawn {
  /** Codes of an item that are settled, of `total`. */
  drawn: number;
  total: number;
  /** The codes so far, [N, latentSize]: −1 where one is open. */
  codes(): Int32Array;
}

/** Draws items' codes. `given` and what comes back are codes as items hold them, not tokens. */
export interface CodeSampler {
  draw(options: SampleOptions): Generator<Drawn, Int32Array>;
}

/** A distribution over the codes of an autoencoder's items. Codes are int32 [N, latentSize], as items hold them. */
export interface CodePrior {
  readonly latent: CodesLatent;
  /** Classes that an item can be conditioned on; 0 where it is unconditional. */
  readonly classes: number;
  /** The weights of a checkpoint and of an export. */
  readonly weights: readonly Variable[];
  /**
   * Where codes are not drawn one by one: in how many rounds `judge` takes them to be drawn, those of a round independently. Measures
   * of such a prior have the rounds in their names, for they don't compare with those of others.
   */
  readonly rounds?: number;
  /** The loss of a batch; `labels` int32 [N], −1 for none; `step` (int32 scalar, from 1) seeds what is random in it. */
  loss(codes: Tensor, labels: Tensor, step: Tensor): PriorLoss;
  /** For each code, float32 [N, latentSize]: `nats`, −log p given those before it, and `hits`, 1 where it is the likeliest. */
  judge(codes: Tensor, labels: Tensor): { nats: Tensor; hits: Tensor };
  /** How unlikely each code is beside the others, nats [N, latentSize], where that isn't what `judge` says. */
  surprise?(codes: Tensor, labels: Tensor): Tensor;
  sampler(options: { batch: number }): CodeSampler;
  /** Only of a prior that goes code by code: which of an item's codes comes when, [latentSize]. */
  readonly order?: Int32Array;
  /** What can be drawn in each place; to be made once. */
  candidates(): FindCandidates;
  /** What an export offers, by name. */
  readonly signatures: PriorSignatures;
  /** Only of a prior that goes code by code; to be made once for each `batch`. */
  stepper?(options: { batch: number }): CodeStepper;
}

export type Prior = CodePrior | VectorPrior;
