import { statSync } from 'node:fs';
import path from 'node:path';
import type { CheckpointChoice } from '@shared/contract';
import { AppError } from '@shared/errors';
import { runFolder } from '@shared/specs';
import { chooseCheckpoint, listCheckpoints } from '../../run-files';

export interface DamagedCheckpoint {
  step: number;
  /** The newest checkpoint before it that can be read. */
  instead: number;
  message: string;
}

export interface FallBackOptions {
  runDirectory: string;
  checkpoint: CheckpointChoice;
  signal?: AbortSignal | undefined;
  /** Called once for each checkpoint that was skipped. */
  onDamaged(checkpoint: DamagedCheckpoint): void;
}

/** Uses a checkpoint of a run, or the one before it if that is damaged. */
export type WithCheckpoint = <T>(options: FallBackOptions, work: (step: number) => Promise<T>) => Promise<T>;

/**
 * Makes a `WithCheckpoint` that remembers which checkpoints are damaged. `latest` and `best` fall back to an earlier
 * checkpoint; a step requested by number does not. `latest` is looked up again if it was pruned meanwhile. Throws as
 * `chooseCheckpoint` and `work` do, and BAD_FILE naming a file if no checkpoint can be read.
 */
export function createWithCheckpoint(): WithCheckpoint {
  const known = createDamaged();
  return async ({ runDirectory, checkpoint, signal, onDamaged }, work) => {
    const tried = new Set<number>();
    for (;;) {
      const damaged = known.of(runDirectory);
      const step = choose(runDirectory, checkpoint, (one) => tried.has(one) || damaged.has(one));
      if (step === null) throw noneLeft(damaged.get(Math.max(...damaged.keys())));
      tried.add(step);
      try {
        const result = await work(step);
        const isPassedOver = (lost: number): boolean => tried.has(lost) || (checkpoint === 'latest' && lost > step);
        for (const lost of known.untold(runDirectory, isPassedOver)) onDamaged({ ...lost, instead: step });
        return result;
      } catch (error) {
        const isOfCheckpoint = error instanceof AppError && error.field === 'checkpoint';
        if (!isOfCheckpoint || typeof checkpoint === 'number' || signal?.aborted) throw error;
        if (error.code === 'BAD_FILE') known.add(runDirectory, step, error.message);
        else if (error.code !== 'NOT_FOUND') throw error;
      }
    }
  };
}

/** The step to try next, newest first after the best; null if there is none left. */
function choose(runDirectory: string, choice: CheckpointChoice, isOut: (step: number) => boolean): number | null {
  const wanted = chooseCheckpoint(runDirectory, choice);
  if (typeof choice === 'number' || !isOut(wanted)) return wanted;
  return listCheckpoints(runDirectory).steps.findLast((step) => !isOut(step)) ?? null;
}

function noneLeft(message = ''): AppError {
  return new AppError(
    'BAD_FILE',
    `None of the run’s checkpoints can be read: ${message}`,
    'Put the file back from a copy, or train again.',
    { field: 'checkpoint' },
  );
}

/** Which checkpoints can't be read and why, remembered while their folders stay the same. */
function createDamaged() {
  const runs = new Map<string, Map<number, { message: string; stamp: string; told: boolean }>>();
  const stampOf = (runDirectory: string, step: number): string => {
    const stat = statSync(path.join(runDirectory, runFolder.checkpoint(step)), { throwIfNoEntry: false });
    return stat ? `${stat.ino} ${stat.mtimeMs}` : '';
  };
  const current = (runDirectory: string) => {
    const all = runs.get(runDirectory) ?? new Map<number, { message: string; stamp: string; told: boolean }>();
    runs.set(runDirectory, all);
    for (const [step, { stamp }] of all) if (stampOf(runDirectory, step) !== stamp) all.delete(step);
    // one without a readable state.json is not even listed
    for (const step of listCheckpoints(runDirectory).damaged) {
      const message = `${runFolder.checkpoint(step)}/${runFolder.state} is missing or damaged.`;
      if (!all.has(step)) all.set(step, { message, stamp: stampOf(runDirectory, step), told: false });
    }
    return all;
  };
  return {
    of: (runDirectory: string): Map<number, string> =>
      new Map([...current(runDirectory)].map(([step, { message }]) => [step, message])),
    add(runDirectory: string, step: number, message: string): void {
      current(runDirectory).set(step, { message, stamp: stampOf(runDirectory, step), told: false });
    },
    /** Damaged checkpoints that pass and were not reported yet; marks them as reported. */
    untold: (runDirectory: string, passes: (step: number) => boolean): { step: number; message: string }[] =>
      [...current(runDirectory)]
        .filter(([step, one]) => !one.told && passes(step))
        .map(([step, one]) => {
          one.told = true;
          return { step, message: one.message };
        }),
  };
}
