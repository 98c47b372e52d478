import { existsSync } from 'node:fs';
import path from 'node:path';
import type { RunSummary } from '@shared/contract';
import { runFolder } from '@shared/specs';
import { listCheckpoints } from './checkpoints';
import { createLatestReader } from './latest-metrics';
import { isAtWorkElsewhere } from './ownership';
import type { RunStore } from './run-store';
import type { Training } from './training';

/** Stands in the folder of a bundled run. */
export const BUNDLED = 'bundled.json';

export interface SummariesOptions {
  store: RunStore;
  training: Training;
  /** Items of a dataset's held-out split; 0 if the dataset is gone. */
  heldOut(dataset: string): number;
}

/** Summaries of runs: their files and the end of metrics.jsonl, and what a live trainer says above them. */
export function createSummaries({ store, training, heldOut }: SummariesOptions): (run: string) => RunSummary {
  const latestIn = createLatestReader();
  return (run) => {
    const manifest = store.read(run);
    const folder = store.folder(run);
    const { steps: checkpoints, best } = listCheckpoints(folder);
    const { training: row, evaluation } = latestIn(path.join(folder, runFolder.metrics));
    const live = training.live(run);
    const isElsewhere = live === null && isAtWorkElsewhere(folder);
    return {
      ...manifest,
      ...(live && { status: live.status, step: live.step, failure: live.failure }),
      ...(isElsewhere && { step: Math.max(manifest.step, row?.step ?? 0) }),
      active: live !== null || training.isBusy(run) || isElsewhere,
      latest: live?.latest ?? row,
      evaluation:
        live?.evaluation ?? (evaluation && { ...evaluation, split: 'test', items: heldOut(manifest.spec.dataset) }),
      checkpoints,
      best,
      secondsLeft: live?.secondsLeft ?? null,
      memoryBytes: live?.memoryBytes ?? null,
      bundled: existsSync(path.join(folder, BUNDLED)),
    };
  };
}
