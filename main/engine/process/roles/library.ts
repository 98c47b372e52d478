import { libraryContract } from '@shared/contract';
import { importDataset, verifyDataset } from '../../media';
import { isTrunkSetUp } from '../../perceptual/weights/installation';
import { chooseBackend, doctorReport } from '../../tensorflow/native';
import { serveRole } from '../serve';

/** Imports items and inspects the machine. TensorFlow is never loaded here. */
export function serveLibrary(): void {
  const ending = new AbortController();
  const running = new Set<Promise<unknown>>();
  /** Work that ends with its request or with this process, which then waits for it. */
  const until = async <T>(signal: AbortSignal, work: (stopping: AbortSignal) => Promise<T>): Promise<T> => {
    const job = work(AbortSignal.any([signal, ending.signal]));
    running.add(job);
    try {
      return await job;
    } finally {
      running.delete(job);
    }
  };

  serveRole(libraryContract, () => ({
    handlers: {
      'library.import': ({ sources, staging, options, sourceName }, { signal, progress }) =>
        until(signal, (stopping) =>
          importDataset({ sources, staging, options, sourceName, signal: stopping, onProgress: progress }),
        ),
      'library.verify': ({ directory }, { signal, progress }) =>
        until(signal, (stopping) => {
          const onProgress = (done: number, total: number): void =>
            progress({ phase: 'verifying', done, total, skipped: 0, secondsLeft: null });
          return verifyDataset(directory, { signal: stopping, onProgress });
        }),
      'library.backend': () => chooseBackend(),
      'library.doctor': () => doctorReport((environment) => isTrunkSetUp(undefined, environment)),
    },
    async stop() {
      ending.abort();
      await Promise.allSettled(running);
    },
  }));
}
