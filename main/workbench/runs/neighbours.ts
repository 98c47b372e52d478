import { statSync } from 'node:fs';
import path from 'node:path';
import { runFolder } from '@shared/specs';
import type { Catalogue } from '../catalogue';
import type { Clock } from '../engine';
import { listCheckpoints } from '../../run-files';
import type { RunStore } from '../stores';
import type { Training } from './training';

const LOOK_EVERY_MS = 2_000;

export interface NeighboursOptions {
  store: RunStore;
  training: Training;
  catalogue: Pick<Catalogue, 'stamps'>;
  clock: Clock;
  /** Whether anyone is listening. */
  isWatched(): boolean;
  onChanged(run: string): void;
  onCheckpoint(run: string, step: number): void;
  /** A dataset was added, removed or renamed. */
  onDataset(dataset: string): void;
}

/**
 * Looks every two seconds for changes by other processes of the workspace (`tessera train` or `tessera import`
 * beside an open window), and reports the runs and datasets that changed. What can't be read is skipped until it
 * can. Returns the function that stops it.
 */
export function watchNeighbours({
  store,
  training,
  catalogue,
  clock,
  isWatched,
  ...tell
}: NeighboursOptions): () => void {
  let seen: Map<string, Look> | null = null;
  let datasets = stampsOf(catalogue);
  const lookAtDatasets = (): void => {
    const before = datasets;
    const now = stampsOf(catalogue);
    if (now === null) return;
    datasets = now;
    if (before === null) return;
    for (const id of new Set([...before.keys(), ...now.keys()])) if (before.get(id) !== now.get(id)) tell.onDataset(id);
  };
  const look = (): void => {
    const now = new Map<string, Look>();
    for (const run of idsOf(store)) {
      const before = seen?.get(run);
      const found = lookAt(store.folder(run), seen === null ? undefined : before);
      now.set(run, found);
      const isNews = seen !== null && before?.stamp !== found.stamp;
      if (!isNews || training.isBusy(run)) continue; // our own trainers speak for themselves
      tell.onChanged(run);
      if (found.checkpoint !== undefined && found.checkpoint !== before?.checkpoint)
        tell.onCheckpoint(run, found.checkpoint);
    }
    seen = now;
  };

  let cancel: () => void;
  const again = (): void => {
    cancel = clock.after(LOOK_EVERY_MS, () => {
      again();
      if (!isWatched()) return;
      look();
      lookAtDatasets();
    });
  };
  look();
  again();
  return () => cancel();
}

interface Look {
  stamp: string;
  checkpoint: number | undefined;
}

/** Empty while the folder of runs can't be read. */
function idsOf(store: RunStore): string[] {
  try {
    return store.ids();
  } catch {
    return [];
  }
}

/** Null while the catalogue can't be read. */
function stampsOf(catalogue: NeighboursOptions['catalogue']): Map<string, string> | null {
  try {
    return catalogue.stamps();
  } catch {
    return null;
  }
}

/**
 * The stamp differs from the one before if any file of the run changed; a file that can't be looked at has a stamp
 * of its own.
 */
function lookAt(folder: string, before: Look | undefined): Look {
  const stamp = [runFolder.manifest, runFolder.status, runFolder.metrics, runFolder.checkpoints]
    .map((name) => stampOf(path.join(folder, name)))
    .join();
  const checkpoint = before?.stamp === stamp ? before.checkpoint : listCheckpoints(folder).steps.at(-1);
  return { stamp, checkpoint };
}

function stampOf(file: string): string {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    return `${stat?.mtimeMs} ${stat?.size}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
