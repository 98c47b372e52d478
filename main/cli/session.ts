import { silentContract, type SilentContract, type WorkbenchContract, workbenchContract } from '@shared/contract';
import { createPeer, type Peer } from '@shared/wire';
import { memoryPipe } from './memory-pipe';
import type { CommandWorkbench, Outside } from './outside';

/**
 * An open workspace as a command uses it: the window's contract over a connection, and the workbench itself for
 * requests that name files.
 */
export interface Session {
  readonly workbench: CommandWorkbench;
  readonly peer: Peer<WorkbenchContract, SilentContract>;
}

/** Opens the workspace, passes it to `use`, and closes it whatever happens. */
export async function withSession<T>(
  outside: Outside,
  workspace: string | undefined,
  use: (session: Session) => Promise<T>,
  hosting = false,
): Promise<T> {
  const workbench = await outside.openWorkbench(workspace, hosting);
  try {
    const [ours, theirs] = memoryPipe();
    workbench.connect(theirs);
    return await use({ workbench, peer: createPeer(ours, workbenchContract, silentContract, {}) });
  } finally {
    await workbench.close();
  }
}
