import { setImmediate } from 'node:timers/promises';
import { AppError } from '@shared/errors';

/**
 * Every call into TensorFlow is synchronous, so the event loop is the lock: a short request runs as soon as its message
 * is read. Long work is cut into batches with `breathe` between them; whatever arrived meanwhile is answered there. Two
 * long jobs would only make each other late, so they run one after the other.
 */
export type RunLongJob = <T>(signal: AbortSignal, job: () => Promise<T>) => Promise<T>;

/** A line of long jobs, in the order in which they came. One that is cancelled while it waits never begins. */
export function createLongJobs(): RunLongJob {
  let last: Promise<unknown> = Promise.resolve();
  return (signal, job) => {
    const mine = last.then(async () => {
      requireWanted(signal);
      return await job();
    });
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** Lets everything that waits have its turn. Throws CANCELLED if the request is no longer wanted. */
export async function breathe(signal?: AbortSignal): Promise<void> {
  await setImmediate();
  requireWanted(signal);
}

function requireWanted(signal?: AbortSignal): void {
  if (signal?.aborted) throw new AppError('CANCELLED', 'Cancelled.');
}
