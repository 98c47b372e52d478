import { AppError } from '@shared/errors';
import type { StepResult } from './train-step';

/**
 * @param checkpoint step of the newest checkpoint, from before things went wrong
 * @throws NOT_FINITE naming step and term if the loss, or a term of it, is NaN or infinite
 */
export function requireFinite(step: number, { loss, terms }: StepResult, checkpoint: () => number | undefined): void {
  const wrong = Object.entries({ ...terms, total: loss }).find(([, value]) => !Number.isFinite(value));
  if (!wrong) return;
  const [term, value] = wrong;
  const what = Number.isNaN(value) ? 'not a number' : 'infinite';
  const from = checkpoint();
  const next = from === undefined ? 'start again' : `go on from the checkpoint at step ${from}`;
  throw new AppError(
    'NOT_FINITE',
    `At step ${step} the loss term “${term}” became ${what}; training stopped.`,
    `Lower the learning rate (or add warm-up steps) and ${next}.`,
    { field: 'training.learningRate' },
  );
}
