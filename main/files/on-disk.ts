import { asAppError } from '@shared/errors';

/** Runs `work` and turns system errors into errors about `file`: DISK, DENIED and so on, with what to do. */
export function onDisk<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw asAppError(cause, { path: file });
  }
}

/** The same for asynchronous work. */
export async function onDiskLater<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw asAppError(cause, { path: file });
  }
}
