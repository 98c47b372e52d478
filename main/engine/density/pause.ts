import { setImmediate } from 'node:timers/promises';
import { AppError } from '@shared/errors';

/** Vectors between two pauses that let other work in. */
export const PIECE = 1024;

/** Lets other work in. */
export async function pause(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  if (signal?.aborted) throw new AppError('CANCELLED', 'The fit was cancelled.');
}
