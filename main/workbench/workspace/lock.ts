import { AppError } from '@shared/errors';
import { holderText, takeLock } from '../../files';
import type { WorkspacePaths } from './paths';
import { probeFolder } from './storage';

/**
 * Claims the workspace; returns null if that fails because nothing can be written: then there is nothing to protect.
 */
export function claimIfWritable({ lock, root }: WorkspacePaths): (() => void) | null {
  try {
    return claimWorkspace(lock, root);
  } catch (error) {
    if ((error instanceof AppError && error.code === 'CONFLICT') || probeFolder(root) === 'writable') throw error;
    return null;
  }
}

/**
 * Claims the workspace for one hosting workbench (a window or `tessera serve`); returns the function that gives it up.
 * Throws CONFLICT, naming the process, while another live one hosts it. Commands don't claim: runs have locks of their
 * own and SQLite serialises the catalogue, so they work beside a host.
 */
export function claimWorkspace(file: string, workspace: string): () => void {
  return takeLock(file, (holder) => {
    const process = holder === null ? '' : ` (${holderText(holder)})`;
    return new AppError(
      'CONFLICT',
      `Another Tessera${process} has the workspace ${workspace} open.`,
      'Use that one, close it first, or choose another workspace with --workspace.',
    );
  });
}
