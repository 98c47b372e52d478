import { libraryContract } from '@shared/contract';
import { importDataset } from '../../media';
import { chooseBackend, doctorReport } from '../../tensorflow/native';
import { serveRole } from '../serve';

/** Imports pictures, and looks at the machine. TensorFlow is never loaded here. */
export function serveLibrary(): void {
  const ending = new AbortController();
  const running = new Set<Promise<unknown>>();

  serveRole(libraryContract, () => ({
    handlers: {
      'library.import': async ({ sources, staging, options, sourceName }, { signal, progress }) => {
        const job = importDataset({
          sources,
          staging,
          options,
          sourceName,
          signal: AbortSignal.any([signal, ending.signal]),
          onProgress: progress,
        });
        running.add(job);
        try {
          return await job;
        } finally {
          running.delete(job);
        }
      },
      'library.backend': () => chooseBackend(),
      'library.doctor': () => doctorReport(),
    },
    async stop() {
      ending.abort();
      await Promise.allSettled(running);
    },
  }));
}
