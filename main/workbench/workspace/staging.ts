import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { makeFolder, onDisk, sweepLeftovers, sweepWorkplaces, workplaceName } from '../../files';
import type { WorkspacePaths } from './paths';

/** Depth of a run's folders: `runs/<id>/checkpoints/<step>`. */
const RUN_DEPTH = 3;

/** Folders in which something is prepared before it is renamed to its place. */
export interface Staging {
  /** Makes a new empty folder, among the system's temporary ones if the workspace can't be written to. */
  create(): string;
  remove(folder: string): Promise<void>;
  /** Removes what ended processes left behind; what a living one works on stays. */
  sweep(): void;
}

/** Staging below `root`; a folder's name says which process made it. */
export function createStaging(root: string): Staging {
  return {
    create: () => {
      const name = workplaceName();
      const folder = path.join(root, name);
      try {
        makeFolder(folder);
        return folder;
      } catch {
        // what comes from a page, or goes to a folder elsewhere, needs no room in the workspace
        const elsewhere = path.join(os.tmpdir(), `tessera-${name}`);
        onDisk(elsewhere, () => makeFolder(elsewhere));
        return elsewhere;
      }
    },
    remove: (folder) => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
    sweep: () => sweepWorkplaces(root),
  };
}

/** Removes what processes that were killed left unfinished anywhere in the workspace. Never throws. */
export function sweepWorkspace(paths: WorkspacePaths, staging: Staging): void {
  staging.sweep();
  sweepLeftovers(paths.root, { own: true });
  sweepLeftovers(paths.runs, { depth: RUN_DEPTH, own: true });
  for (const folder of [paths.datasets, paths.exports, paths.documents])
    sweepLeftovers(folder, { depth: 1, own: true });
}
