import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Damage, ListedRun } from '@shared/contract';
import { runFolder } from '@shared/specs';
import { listCheckpoints } from '../../run-files';
import { createLatestReader, type Latest } from './latest-metrics';
import { isAtWorkElsewhere } from './ownership';
import type { RunStore } from '../stores';
import type { Training } from './training';

/** File that marks the folder of a bundled run. */
export const BUNDLED = 'bundled.json';

export interface SummariesOptions {
  store: RunStore;
  training: Training;
  /** Number of items in a dataset's held-out split; 0 if the dataset is gone. */
  heldOut(dataset: string): number;
}

/**
 * Summarises runs for lists: from their files and the end of metrics.jsonl, overridden by what a live trainer says,
 * with the file that can't be read if there is one. Returns null if there is no such run. Throws only for a damaged
 * catalogue.
 */
export function createSummaries({ store, training, heldOut }: SummariesOptions): (run: string) => ListedRun | null {
  const latestIn = createLatestReader();
  const readLatest = (folder: string): Latest & { damage: Damage | null } => {
    try {
      const latest = latestIn(path.join(folder, runFolder.metrics));
      const message = 'Nothing in it is a line of metrics. The weights are unaffected.';
      return { ...latest, damage: latest.isReadable ? null : { file: runFolder.metrics, message } };
    } catch (thrown) {
      const message = `It can’t be read (${(thrown as NodeJS.ErrnoException).code ?? 'unknown error'}).`;
      return { training: null, evaluation: null, isReadable: false, damage: { file: runFolder.metrics, message } };
    }
  };

  return (run) => {
    const known = store.look(run);
    if (known === null) return null;
    const folder = store.folder(run);
    const { manifest } = known;
    if (manifest === null) return { id: run, createdAt: createdAt(folder), damage: known.damage! };

    const { steps: checkpoints, best, damaged } = listCheckpoints(folder);
    const { training: row, evaluation, damage: ofMetrics } = readLatest(folder);
    const damage = known.damage ?? ofMetrics ?? damageOf(damaged);
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
      ...(damage && { damage }),
    };
  };
}

function damageOf(checkpoints: readonly number[]): Damage | null {
  const step = checkpoints.at(-1);
  if (step === undefined) return null;
  const file = `${runFolder.checkpoint(step)}/${runFolder.state}`;
  return { file, message: 'It is missing or can’t be read, so this checkpoint is not used.' };
}

/** When the folder was made, if the file system records that. */
function createdAt(folder: string): string {
  try {
    return statSync(folder).birthtime.toISOString();
  } catch {
    return new Date(0).toISOString();
  }
}
