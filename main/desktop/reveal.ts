import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { shell } from 'electron';

/** Shows a folder in the file manager, if it really lies in the workspace. Only folders: a file could be a program. */
export async function reveal(folder: string, workspace: string): Promise<void> {
  if (await isInside(folder, workspace)) await shell.openPath(folder);
}

/** Whether `folder` is an existing folder inside `workspace`, links followed. */
export async function isInside(folder: string, workspace: string): Promise<boolean> {
  try {
    const [real, root] = await Promise.all([realpath(folder), realpath(workspace)]);
    return real.startsWith(root + path.sep) && (await stat(real)).isDirectory();
  } catch {
    return false;
  }
}
