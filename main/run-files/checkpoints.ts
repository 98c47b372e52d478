import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { CheckpointChoice } from '@shared/contract';
import { AppError } from '@shared/errors';
import { type CheckpointState, checkpointStateSchema, runFolder } from '@shared/specs';

export interface Checkpoints {
  /** Steps, ascending. */
  steps: number[];
  /** The newest that was the best of its time by the held-out score; null while none was judged. */
  best: number | null;
  /** Steps whose state.json is missing or can't be read; not among `steps`. */
  damaged: number[];
}

/** The checkpoints in a run's folder: those with a state.json, which a trainer writes last. */
export function listCheckpoints(folder: string): Checkpoints {
  const found = checkpointFolders(folder).map((step) => ({ step, state: checkpointState(folder, step) }));
  return {
    steps: found.filter(({ state }) => state !== null).map(({ step }) => step),
    best: found.findLast(({ state }) => state?.best)?.step ?? null,
    damaged: found.filter(({ state }) => state === null).map(({ step }) => step),
  };
}

/** Steps that have a folder, ascending, whether or not what is in it can be read. */
export function checkpointFolders(folder: string): number[] {
  return namesIn(path.join(folder, runFolder.checkpoints))
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** Names in a folder; none where it can't be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What a checkpoint's state.json says; null where it can't be read: that checkpoint is not whole. */
export function checkpointState(folder: string, step: number): CheckpointState | null {
  try {
    const file = path.join(folder, runFolder.checkpoint(step), runFolder.state);
    return checkpointStateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/**
 * The step that `choice` names. Without an evaluation yet, the best is the newest. Throws CONFLICT while there is no
 * checkpoint, BAD_FILE if there are only damaged ones, NOT_FOUND for a step without one.
 */
export function chooseCheckpoint(folder: string, choice: CheckpointChoice): number {
  const { steps, best, damaged } = listCheckpoints(folder);
  const latest = steps.at(-1);
  const lost = damaged.at(-1);
  if (latest === undefined && lost !== undefined) {
    const file = `${runFolder.checkpoint(lost)}/${runFolder.state}`;
    const hint = 'Put the file back from a copy, or train again.';
    throw new AppError(
      'BAD_FILE',
      `This run has no checkpoint that can be read: ${file} is missing or damaged.`,
      hint,
      {
        field: 'checkpoint',
      },
    );
  }
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
