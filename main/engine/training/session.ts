import { AppError } from '@shared/errors';
import type { TrainingSpec } from '@shared/specs';
import type { Program, Variable } from '../tensorflow/graph';
import { readOptimizer, readState, readWeights } from './run-files';
import type { TrainingSession } from './session-types';
import type { defineTrainStep } from './train-step';
import { trainingState } from './training-state';

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
