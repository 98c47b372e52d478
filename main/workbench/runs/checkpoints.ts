import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { CheckpointChoice } from '@shared/contract';
import { AppError } from '@shared/errors';
import { checkpointStateSchema, runFolder } from '@shared/specs';

export interface Checkpoints {
  /** Steps, ascending. */
  steps: number[];
  /** The one with the lowest held-out NMSE, if any was judged. */
  best: number | null;
}

/** The checkpoints in a run's folder: those with a state.json, which a trainer writes last. */
export function listCheckpoints(folder: string): Checkpoints {
  const found = stepsIn(path.join(folder, runFolder.checkpoints))
    .map((step) => ({ step, isBest: isBest(path.join(folder, runFolder.checkpoint(step), runFolder.state)) }))
    .filter((entry): entry is { step: number; isBest: boolean } => entry.isBest !== null);
  return { steps: found.map(({ step }) => step), best: found.filter((entry) => entry.isBest).at(-1)?.step ?? null };
}

/**
 * The step that `choice` names. Without an evaluation yet, the best is the newest. Throws CONFLICT while there is no
 * checkpoint, NOT_FOUND for a step without one.
 */
export function chooseCheckpoint(folder: string, choice: CheckpointChoice): number {
  const { steps, best } = listCheckpoints(folder);
  const latest = steps.at(-1);
  if (latest === undefined) {
    throw new AppError(
      'CONFLICT',
      'This run has no checkpoint yet.',
      'Wait for its first one, or stop the run: that writes one.',
      { field: 'checkpoint' },
    );
  }
  if (choice === 'latest') return latest;
  if (choice === 'best') return best ?? latest;
  if (!steps.includes(choice)) {
    throw new AppError(
      'NOT_FOUND',
      `This run has no checkpoint at step ${choice}.`,
      `There are checkpoints at ${steps.join(', ')}.`,
      { field: 'checkpoint' },
    );
  }
  return choice;
}

function stepsIn(folder: string): number[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  } catch {
    return [];
  }
}

/** null if the state can't be read: that checkpoint is not whole. */
function isBest(file: string): boolean | null {
  try {
    return checkpointStateSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).best;
  } catch {
    return null;
  }
}
