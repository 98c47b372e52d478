import path from 'node:path';
import type { Metrics } from '@shared/contract';
import { runFolder } from '@shared/specs';
import { createMetricsFile, type MetricsFile } from './metrics-file';

/** Memory for parsed histories: some 20 runs of 100,000 rows and 8 series, and any number of short ones. */
const KEPT_BYTES = 64 * 1024 * 1024;

/** Parsed histories of runs; the most recently used are kept. */
export interface Histories {
  /** Rows after step `after` (exclusive) in a run's metrics.jsonl. */
  after(run: string, after: number): Promise<Metrics>;
  forget(run: string): void;
  /** Memory that the kept histories take. */
  bytes(): number;
}

/**
 * @param folderOf the folder of a run
 * @param budget bytes to keep; the most recent history is kept whatever its size
 */
export function createHistories(folderOf: (run: string) => string, budget = KEPT_BYTES): Histories {
  /** Ordered by use, the most recent last. */
  const kept = new Map<string, MetricsFile>();
  const bytes = (): number => [...kept.values()].reduce((sum, history) => sum + history.bytes, 0);
  return {
    after: async (run, after) => {
      const history = kept.get(run) ?? createMetricsFile(path.join(folderOf(run), runFolder.metrics));
      kept.delete(run);
      kept.set(run, history);
      const rows = (await history.read()).after(after);
      // it has its size only now; another may have been asked for meanwhile
      for (const oldest of [...kept.keys()]) {
        if (kept.size === 1 || bytes() <= budget) break;
        kept.delete(oldest);
      }
      return rows;
    },
    forget: (run) => void kept.delete(run),
    bytes,
  };
}
