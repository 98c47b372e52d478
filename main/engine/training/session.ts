import { AppError } from '@shared/errors';
import { type RunManifest, type TrainingSpec, isPrior } from '@shared/specs';
import type { Program, Variable } from '../tensorflow/graph';
import type { SplitEvaluation } from './evaluate';
import type { Previews } from './previews';
import { readOptimizer, readState, readWeights } from './run-files';
import type { Batch, defineTrainStep } from './train-step';
import { type TrainingSnapshot, trainingState } from './training-state';

/** The folders that a session reads. */
export interface SessionFolders {
  runDirectory: string;
  datasetDirectory: string;
}

/** The batches of a run, read ahead. */
export interface Batches {
  /** The next batch, `accumulate` of them a step: a function of the seed and the step alone. Throws DISK if reading failed. */
  next(): Promise<Batch>;
  /** Gives a batch's memory back once it is used. */
  recycle(batch: Batch): void;
  /** Seconds that callers of `next` waited so far. */
  readonly waited: number;
  close(): Promise<void>;
}

/** What a run trains with: its data and its program with every function it will need, captured. Writes no files of the run. */
export interface TrainingSession {
  readonly trainStep: ReturnType<typeof defineTrainStep>;
  /** Items that are held out. */
  readonly heldOut: number;
  /** Evaluates the present weights, or their averages where they are kept, over what is held out. */
  evaluate(step: number, options: { signal: AbortSignal }): Promise<SplitEvaluation>;
  readonly previews: Previews;
  /** Fits what isn't learnt step by step; before the first step of a run. May throw CANCELLED, and then changed nothing. */
  prepare(options?: { signal: AbortSignal }): Promise<void>;
  /** Batches from that step on. Call once. */
  batchesFrom(step: number): Batches;
  /**
   * All variables: the model's weights, or their averages where they are kept, and what else training needs to go on: with
   * averages the weights that are trained, as `trained/<name>`.
   */
  snapshot(): TrainingSnapshot;
  /** Sets all variables from a checkpoint. Throws NOT_FOUND, BAD_FILE. */
  restore(runDirectory: string, step: number): void;
  dispose(): void;
}

/**
 * Opens the data and builds the program of a run; the weights are drawn from the run's seed.
 * @throws NOT_FOUND or BAD_FILE for the data, BAD_REQUEST where run and data don't fit
 */
export async function openSession(manifest: RunManifest, folders: SessionFolders): Promise<TrainingSession> {
  if (isPrior(manifest.spec.model)) return (await import('./prior-session')).openPriorSession(manifest, folders);
  return (await import('./autoencoder-session')).openAutoencoderSession(manifest, folders);
}

/** What any session does with its variables: for checkpoints. */
export function sessionState(
  program: Program,
  model: { readonly weights: readonly Variable[] },
  { seed }: TrainingSpec,
  trainStep: ReturnType<typeof defineTrainStep>,
): Pick<TrainingSession, 'snapshot' | 'restore'> {
  const state = trainingState(program, model, trainStep);
  return {
    snapshot: state.read,
    restore(runDirectory, step) {
      const stored = readState(runDirectory, step);
      if (stored.seed !== seed)
        throw new AppError('BAD_FILE', `The checkpoint at step ${step} is of a run with seed ${stored.seed}.`);
      state.load(readWeights(runDirectory, step), readOptimizer(runDirectory, step), step);
    },
  };
}

/** @throws BAD_REQUEST if a dataset has nothing to train on */
export function requireItems(items: Uint32Array): void {
  if (items.length > 0) return;
  throw new AppError(
    'BAD_REQUEST',
    'The dataset has no items to train on.',
    'Import it again with a smaller share held out.',
  );
}
