import { statSync } from 'node:fs';
import path from 'node:path';
import { runFolder } from '@shared/specs';
import type { Clock } from '../engine';
import { listCheckpoints } from './checkpoints';
import type { RunStore } from './run-store';
import type { Training } from './training';

const LOOK_EVERY_MS = 2_000;

export interface NeighboursOptions {
  store: RunStore;
  training: Training;
  clock: Clock;
  /** Whether anybody would hear of it. */
  isWatched(): boolean;
  onChanged(run: string): void;
  onCheckpoint(run: string, step: number): void;
}

/**
 * Looks every two seconds at the runs that other processes work on (`tessera train` beside an open window) and tells what
 * changed in their folders. Returns the function that ends it.
 */
export function watchNeighbours({ store, training, clock, isWatched, ...tell }: NeighboursOptions): () => void {
  let seen: Map<string, { stamp: string; checkpoint: number | undefined }> | null = null;
  const look = (): void => {
    const now = new Map<string, { stamp: string; checkpoint: number | undefined }>();
    for (const run of store.ids()) {
      const folder = store.folder(run);
      const before = seen?.get(run);
      const stamp = [runFolder.manifest, runFolder.status, runFolder.metrics, runFolder.checkpoints]
        .map((name) => statSync(path.join(folder, name), { throwIfNoEntry: false }))
        .map((stat) => `${stat?.mtimeMs} ${stat?.size}`)
        .join();
      const isNews = seen !== null && before?.stamp !== stamp;
      const checkpoint = before && !isNews ? before.checkpoint : listCheckpoints(folder).steps.at(-1);
      now.set(run, { stamp, checkpoint });
      if (!isNews || training.isBusy(run)) continue; // our own trainers speak for themselves
      tell.onChanged(run);
      if (checkpoint !== undefined && checkpoint !== before?.checkpoint) tell.onCheckpoint(run, checkpoint);
    }
    seen = now;
  };

  let cancel: () => void;
  const again = (): void => {
    cancel = clock.after(LOOK_EVERY_MS, () => {
      if (isWatched()) look();
      again();
    });
  };
  look();
  again();
  return () => cancel();
}
