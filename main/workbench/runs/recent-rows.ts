import type { Metrics } from '@shared/contract';
import { mergeMetrics, rowsAfter } from '@shared/metrics';

/** A trainer writes its rows to the file within a second; this is several times that. */
const KEPT_MS = 10_000;

/** The newest rows of runs in training, which may not have reached their files yet. */
export interface RecentRows {
  add(run: string, metrics: Metrics): void;
  forget(run: string): void;
  /** Appends to `written` the rows that came in after its last step, or after step `after` if it is empty. */
  complete(run: string, written: Metrics, after: number): Metrics;
}

/** @param now monotonic time in milliseconds */
export function createRecentRows(now = (): number => performance.now()): RecentRows {
  const rows = new Map<string, { metrics: Metrics; cameAt: number }[]>();
  return {
    add: (run, metrics) => {
      if (metrics.step.length === 0) return;
      const cameAt = now();
      const kept = (rows.get(run) ?? []).filter((part) => cameAt - part.cameAt < KEPT_MS);
      rows.set(run, [...kept, { metrics, cameAt }]);
    },
    forget: (run) => void rows.delete(run),
    complete: (run, written, after) => {
      const from = written.step.at(-1) ?? after;
      const missing = (rows.get(run) ?? [])
        .map((part) => rowsAfter(part.metrics, from))
        .filter(({ step }) => step.length > 0);
      return missing.length === 0 ? written : mergeMetrics([written, ...missing]);
    },
  };
}
