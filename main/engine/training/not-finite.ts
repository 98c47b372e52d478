import type { Evaluation } from '@shared/contract';
import { AppError } from '@shared/errors';
import { type ModelSpec, learnsByGradient } from '@shared/specs';
import type { HostTensor } from '../tensorflow/graph';
import type { StepResult } from './train-step';

/**
 * @param checkpoint step of the newest checkpoint, from before things went wrong
 * @throws NOT_FINITE naming step and term if the loss, a term of it or the gradient is NaN or infinite
 */
export function requireFinite(
  step: number,
  { loss, terms, gradientNorm = 0 }: StepResult,
  checkpoint: () => number | undefined,
): void {
  const wrong = Object.entries({ ...terms, total: loss, gradient: gradientNorm }).find(
    ([, value]) => !Number.isFinite(value),
  );
  if (!wrong) return;
  const [term, value] = wrong;
  const what = Number.isNaN(value) ? 'not a number' : 'infinite';
  const from = checkpoint();
  const kept = from === undefined ? '' : ` What it had learnt at step ${from} can still be looked at.`;
  const subject = term === 'gradient' ? 'the gradient’s norm' : `the loss term “${term}”`;
  throw diverged(`At step ${step} ${subject} became ${what}; training stopped.`, kept);
}

/**
 * @throws NOT_FINITE naming the first variable that holds a NaN or an infinity: such a checkpoint could never be
 * continued
 */
export function requireFiniteState(step: number, tensors: Readonly<Record<string, HostTensor>>): void {
  for (const [name, { data }] of Object.entries(tensors)) {
    if (data.every(Number.isFinite)) continue;
    throw diverged(`At step ${step} the weights of “${name}” are no longer finite; training stopped.`);
  }
}

/** @throws NOT_FINITE if what checkpoints are judged by isn't a number any more */
export function requireFiniteEvaluation(evaluation: Evaluation): void {
  if (Number.isFinite(evaluation.score.value)) return;
  const what = evaluation.score.name === 'nmse' ? 'NMSE' : 'likelihood';
  throw diverged(`The evaluation at step ${evaluation.step} has no finite ${what}; training stopped.`);
}

/** A NOT_FINITE of a model that no learning rate trains, with a hint that fits it; anything else as it was. */
export function hintFor(model: ModelSpec, thrown: unknown): unknown {
  if (learnsByGradient(model) || !(thrown instanceof AppError) || thrown.code !== 'NOT_FINITE') return thrown;
  const hint =
    'This model is fitted at once, not step by step: look for damaged data, or choose fewer numbers for it to find.';
  return new AppError(thrown.code, thrown.message, hint, { field: 'model.kind', cause: thrown });
}

function diverged(message: string, kept = ''): AppError {
  const hint = `Begin a new run with a lower learning rate, more warm-up steps, or clipped gradients.${kept}`;
  return new AppError('NOT_FINITE', message, hint, { field: 'training.learningRate' });
}
