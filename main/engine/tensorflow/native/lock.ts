import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asAppError } from '@shared/errors';
import { makeFolder, tryLock } from '../../../files';

export interface LockOptions {
  /** Called once if somebody else holds the lock. */
  onWait?: (pid: number) => void;
  signal?: AbortSignal;
  /** Time to wait between attempts. */
  interval?: number;
}

/**
 * Takes a lock file, waiting for its holder; a holder whose process is gone (killed, power cut) no longer counts.
 * @returns a function that releases it
 */
export async function acquireLock(file: string, options: LockOptions = {}): Promise<() => void> {
  const { onWait, signal, interval = 300 } = options;
  let announced = false;
  for (;;) {
    const taken = takeOrLook(file);
    if ('release' in taken) return taken.release;
    signal?.throwIfAborted();
    if (taken.holder && !announced) {
      announced = true;
      onWait?.(taken.holder.pid);
    }
    await sleep(interval, undefined, signal ? { signal } : {});
  }
}

function takeOrLook(file: string): ReturnType<typeof tryLock> {
  try {
    makeFolder(path.dirname(file));
    return tryLock(file);
  } catch (error) {
    throw asAppError(error, { path: file, hint: 'Or set TESSERA_CACHE to another folder.' });
  }
}
