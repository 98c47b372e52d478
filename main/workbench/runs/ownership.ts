import path from 'node:path';
import { AppError } from '@shared/errors';
import { runFolder } from '@shared/specs';
import { isOwn, lockHolder, releaseOwnLock, takeLock } from '../../files';

/**
 * Lock file of the workbench that has the run in its queue or at work, also before its trainer has written its own
 * lock.
 */
const OWNER = 'workbench.lock';

/**
 * Marks a run as this workbench's, to be trained. Call it where no other workbench looks or takes at the same time
 * (`RunStore.exclusively`). Throws CONFLICT if another process has the run.
 */
export function takeRun(folder: string): void {
  refuseElsewhere(folder);
  const holder = lockHolder(path.join(folder, OWNER));
  if (holder === null) takeLock(path.join(folder, OWNER), trainsElsewhere);
}

/**
 * Removes the mark. If the folder can't be written the mark stays, and counts for nothing once this process has
 * ended.
 */
export function letGoOfRun(folder: string): void {
  try {
    releaseOwnLock(path.join(folder, OWNER));
  } catch {
    // see above
  }
}

/** Throws CONFLICT if a process other than this one, or its trainers, works on the run. */
export function refuseElsewhere(folder: string): void {
  if (isAtWorkElsewhere(folder)) throw trainsElsewhere();
}

function trainsElsewhere(): AppError {
  return new AppError('CONFLICT', 'Another Tessera process trains this run.', 'Stop it there first.');
}

/** Whether a trainer, or a workbench other than this one, works on the run. */
export function isAtWorkElsewhere(folder: string): boolean {
  const owner = lockHolder(path.join(folder, OWNER));
  return lockHolder(path.join(folder, runFolder.lock)) !== null || (owner !== null && !isOwn(owner));
}
