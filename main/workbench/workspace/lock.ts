import { AppError } from '@shared/errors';
import { holderText, takeLock } from '../../files';

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
