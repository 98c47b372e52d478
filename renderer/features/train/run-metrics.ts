import { defineStore } from 'pinia';
import { shallowReactive } from 'vue';
import type { Metrics } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import { MetricTable } from '@/charts';
import { useConnection } from '@/stores/connection';

/** What is known of a run's metrics. `version` changes when rows were added: what is derived from `table` depends on it. */
export interface RunMetrics {
  table: MetricTable;
  version: number;
  state: 'loading' | 'ready' | 'failed';
  error: AppError | null;
}

/** New rows are shown at most this often: the eye reads no faster, and many charts share a processor with the trainer. */
const REFRESH_MS = 400;

/**
 * Metrics of the runs that are looked at: a snapshot first, then what the workbench announces. Announcements that arrive
 * while the snapshot is on its way wait for it, so that none is lost; the table drops what overlaps.
 */
export const useRunMetrics = defineStore('run-metrics', () => {
  const connection = useConnection();
  const known = shallowReactive(new Map<string, RunMetrics>());
  const waiting = new Map<string, Metrics[]>();
  const changed = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | null = null;

  /** Follows a run; asking again is free. */
  function follow(run: string): void {
    if (known.get(run)?.state === 'ready' || waiting.has(run)) return;
    void load(run);
  }

  /** Takes a new snapshot, such as after the connection was lost or a request failed. */
  async function load(run: string): Promise<void> {
    const table = new MetricTable();
    waiting.set(run, []);
    known.set(run, { table, version: 0, state: 'loading', error: null });
    try {
      table.append(await connection.request('runs.metrics', { run }));
      for (const metrics of waiting.get(run) ?? []) table.append(metrics);
      known.set(run, { table, version: 1, state: 'ready', error: null });
    } catch (thrown) {
      known.set(run, { table, version: 0, state: 'failed', error: asAppError(thrown) });
    } finally {
      waiting.delete(run);
    }
  }

  function refresh(): void {
    timer = null;
    for (const run of changed) {
      const entry = known.get(run);
      if (entry) known.set(run, { ...entry, version: entry.version + 1 });
    }
    changed.clear();
  }

  connection.on('runs.metrics', ({ run, metrics }) => {
    const queue = waiting.get(run);
    if (queue) return void queue.push(metrics);
    const entry = known.get(run);
    if (entry?.state !== 'ready') return;
    entry.table.append(metrics);
    changed.add(run);
    timer ??= setTimeout(refresh, REFRESH_MS);
  });
  connection.on('runs.removed', ({ run }) => void known.delete(run));
  // What was announced while the connection was lost is in the next snapshot
  connection.onOpen(() => [...known.keys()].forEach((run) => void load(run)));

  return { known, follow, load };
});
