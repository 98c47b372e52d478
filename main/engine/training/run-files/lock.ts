import path from 'node:path';
import { AppError } from '@shared/errors';
import { runFolder } from '@shared/specs';
import { takeLock } from '../../../files';

/**
 * Claims a run for this process; returns the function that gives it up. Throws CONFLICT while another process trains the
 * run, DISK where the folder can't be written to.
 */
export function takeRun(runDirectory: string): () => void {
  try {
    return takeLock(path.join(runDirectory, runFolder.lock), inUse);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('DISK', 'The run’s folder can’t be written to.', 'Check its permissions.', { cause });
  }
}

function inUse(pid: number | null): AppError {
  const who = pid === null ? 'Another process' : `Process ${pid}`;
  return new AppError('CONFLICT', `${who} trains this run already.`, 'Stop it first, or wait until it has finished.');
}
