import path from 'node:path';
import type { Metrics } from '@shared/contract';
import { runFolder } from '@shared/specs';
import { createMetricsFile, type MetricsFile } from './metrics-file';

/** Memory for histories that are kept parsed: some 20 runs of 100,000 rows and 8 series, whatever the number of short ones. */
const KEPT_BYTES = 64 * 1024 * 1024;

/** Whole histories of runs, parsed; those that were asked for last are kept. */
export interface Histories {
  /** Rows after step `after` (exclusive) in a run's metrics.jsonl. */
  after(run: string, after: number): Promise<Metrics>;
  forget(run: string): void;
  /** Memory that those kept take together. */
  bytes(): number;
}

/**
 * @param folderOf the folder of a run
 * @param budget bytes that are kept; the history asked for last is kept whatever it takes
 */
export function createHistories(folderOf: (run: string) => string, budget = KEPT_BYTES): Histories {
  /** The one asked for last is the last. */
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
