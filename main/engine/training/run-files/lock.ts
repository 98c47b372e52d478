import path from 'node:path';
import { AppError, asAppError } from '@shared/errors';
import { runFolder } from '@shared/specs';
import { holderText, takeLock, type Holder } from '../../../files';

/**
 * Claims a run for this process; returns the function that gives it up. Throws CONFLICT while another process trains
 * the run, DISK where the folder can't be written to.
 */
export function takeRun(runDirectory: string): () => void {
  try {
    return takeLock(path.join(runDirectory, runFolder.lock), inUse);
  } catch (cause) {
    throw asAppError(cause, { path: runDirectory });
  }
}

function inUse(holder: Holder | null): AppError {
  const who = holder === null ? 'Another process' : `P${holderText(holder).slice(1)}`;
  return new AppError('CONFLICT', `${who} trains this run already.`, 'Stop it first, or wait until it has finished.');
}
