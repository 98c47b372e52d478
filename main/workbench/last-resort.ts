import { asAppError, type AppError } from '@shared/errors';
import type { Workbench } from './workbench';

/** After this many errors within this time a host gives up as well. */
const MOST_ERRORS = 20;
const WITHIN_MS = 60_000;
/** Longest time that ending may take: checkpoints of large models on a slow disk. */
const ENDING_MS = 30_000;

export interface LastResort {
  /** The workbench of this process. A host goes on after an error; a command, whose own work may never end now, does not. */
  watch(workbench: Pick<Workbench, 'defect' | 'close'>, isHost: boolean): void;
}

/** The part of Node's `process` that is used. */
export interface Resort {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (thrown: unknown) => void): unknown;
  exit(code: number): void;
}

/**
 * Handles errors that nothing caught, in a process with a workbench. Each callback catches its own, so there should
 * be none. A host informs its pages, has trainers write checkpoints, and goes on, because a workbench's state lies
 * in files and other processes. A command ends in order, with a checkpoint, one sentence and exit code 1; so does a
 * host after too many errors in a minute, and a process whose workbench is not open yet.
 * @param say shows the person why the process ends
 */
export function installLastResort(say: (error: AppError) => void, process: Resort): LastResort {
  const watched: { workbench: Pick<Workbench, 'defect' | 'close'>; isHost: boolean }[] = [];
  let times: number[] = [];
  let ending = false;

  const meet = (thrown: unknown): void => {
    const now = performance.now();
    times = [...times.filter((time) => now - time < WITHIN_MS), now];
    const goesOn = watched.length > 0 && watched.every(({ isHost }) => isHost) && times.length < MOST_ERRORS;
    if (goesOn) for (const { workbench } of watched) workbench.defect(thrown).catch(() => undefined);
    else if (!ending) end(thrown);
  };
  const end = (thrown: unknown): void => {
    ending = true;
    say(asAppError(thrown));
    setTimeout(() => process.exit(1), ENDING_MS).unref();
    void Promise.allSettled(watched.map(({ workbench }) => workbench.close())).then(() => process.exit(1));
  };

  process.on('uncaughtException', meet);
  process.on('unhandledRejection', meet);
  return { watch: (workbench, isHost) => void watched.push({ workbench, isHost }) };
}
