import type { Evaluation } from '@shared/contract';
import type { RunManifest } from '@shared/specs';
import type { ItemIndex } from '../media/pack';
import type { Program, Variable } from '../tensorflow/graph';
import type { SplitEvaluation } from './evaluate';
import type { Previews } from './previews';
import type { Batch, Learner, defineTrainStep } from './train-step';
import type { TrainingSnapshot } from './training-state';

/** The folders that a session reads. */
export interface SessionFolders {
  runDirectory: string;
  datasetDirectory: string;
}

/** The batches of a run, read ahead. */
export interface Batches {
  /**
   * The next batch, `accumulate` of them a step: a function of the seed and the step alone. Throws DISK if reading
   * failed.
   */
  next(): Promise<Batch>;
  /** Gives a batch's memory back once it is used. */
  recycle(batch: Batch): void;
  /** Seconds that callers of `next` waited so far. */
  readonly waited: number;
  close(): Promise<void>;
}

/**
 * What a run trains with: its data and its program with every function it will need, captured. Writes no files of the
 * run.
 */
export interface TrainingSession {
  readonly trainStep: ReturnType<typeof defineTrainStep>;
  /** Items that are held out. */
  readonly heldOut: number;
  /** Evaluates the present weights, or their averages where they are kept, over what is held out. */
  evaluate(step: number, options: { signal: AbortSignal }): Promise<SplitEvaluation>;
  readonly previews: Previews;
  /**
   * Fits what isn't learnt step by step; before the first step of a run. May throw CANCELLED, and then changed nothing.
   */
  prepare(options?: { signal: AbortSignal }): Promise<void>;
  /** Batches from that step on. Call once. */
  batchesFrom(step: number): Batches;
  /**
   * All variables: the model's weights, or their averages where they are kept, and what else training needs to go on:
   * with averages the weights that are trained, as `trained/<name>`.
   */
  snapshot(): TrainingSnapshot;
  /** Sets all variables from a checkpoint. Throws NOT_FOUND, BAD_FILE. */
  restore(runDirectory: string, step: number): void;
  dispose(): void;
}

/** What a session needs to know of a prior, whatever it is over. */
export interface TrainedPrior {
  readonly weights: readonly Variable[];
  readonly learner: Learner;
  /** The values of the learner's feeds for these items. */
  batch(items: Uint32Array): Batch;
  /** Fits what isn't learnt step by step to the training items. May throw CANCELLED, and then changed nothing. */
  prepare(options?: { signal: AbortSignal }): Promise<void>;
  /** Judges the present weights over the held-out items. */
  evaluate(step: number, options: { signal: AbortSignal }): Promise<Evaluation>;
  /** The same `PREVIEWS` draws every time, decoded. */
  samples(): Uint8Array;
}

/** What a prior is opened with, beside what it stands on. */
export interface PriorOpening {
  program: Program;
  manifest: RunManifest;
  datasetDirectory: string;
  index: ItemIndex;
  /** Told while the dataset is encoded. */
  onProgress(done: number, total: number): void;
}
