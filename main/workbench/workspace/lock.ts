import { rmSync, writeFileSync } from 'node:fs';
import { AppError } from '@shared/errors';
import { holdsLock } from './liveness';

/**
 * Claims the workspace for one hosting workbench (a window or `tessera serve`); returns the function that gives it up.
 * Throws CONFLICT, naming the process, while another live one hosts it. Commands don't claim: runs have locks of their
 * own and SQLite serialises the catalogue, so they work beside a host.
 */
export function claimWorkspace(file: string, workspace: string): () => void {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = holdsLock(file);
      if (holder !== null) throw inUse(workspace, holder);
      rmSync(file, { force: true });
    }
  }
  throw inUse(workspace, null);
}

function inUse(workspace: string, pid: number | null): AppError {
  return new AppError(
    'CONFLICT',
    `Another Tessera${pid === null ? '' : ` (process ${pid})`} has the workspace ${workspace} open.`,
    'Use that one, close it first, or choose another workspace with --workspace.',
  );
}
