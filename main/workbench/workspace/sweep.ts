import { sweepLeftovers } from '../../files';
import type { WorkspacePaths } from './paths';
import type { Staging } from './staging';

/** Folders of a run in each other: `runs/<id>/checkpoints/<step>`. */
const RUN_DEPTH = 3;

/** Removes what processes that were killed left unfinished anywhere in the workspace. Never throws. */
export function sweepWorkspace(paths: WorkspacePaths, staging: Staging): void {
  staging.sweep();
  sweepLeftovers(paths.root, { own: true });
  sweepLeftovers(paths.runs, { depth: RUN_DEPTH, own: true });
  for (const folder of [paths.datasets, paths.exports, paths.documents])
    sweepLeftovers(folder, { depth: 1, own: true });
}
