import path from 'node:path';
import { dialog, type BrowserWindow, type OpenDialogOptions } from 'electron';
import { z } from 'zod';
import { channels } from './channels';
import type { Ipc } from './security';

/** File types of pictures and of collections of pictures, as import reads them. */
const readable = [
  ...['zip', 'tar', 'gz', 'tgz', 'npz', 'npy', 'bin'],
  ...['png', 'jpg', 'jpeg', 'webp', 'avif', 'gif', 'bmp', 'tif', 'tiff', 'ppm', 'pgm'],
];

const dialogs: Record<'folder' | 'files', OpenDialogOptions> = {
  folder: { properties: ['openDirectory'] },
  files: {
    properties: ['openFile', 'multiSelections'],
    filters: [
      { name: 'Pictures and archives', extensions: readable },
      { name: 'Compressed pictures', extensions: ['tsr'] },
      { name: 'All', extensions: ['*'] },
    ],
  },
};

export interface Source {
  grant: string;
  /** What a person calls a source: its name without the folders. */
  name: string;
}

/** Exchanges paths for a grant; the page learns the name, never the path. */
export async function toSource(paths: string[], grant: (paths: string[]) => Promise<string>): Promise<Source> {
  return { grant: await grant(paths), name: path.basename(paths[0]!) };
}

/** Only what a person chose in a dialog or dropped on the window becomes readable. */
export function enableSources(
  ipc: Ipc,
  window: () => BrowserWindow | null,
  grant: (paths: string[]) => Promise<string>,
): void {
  ipc.handle(channels.chooseSources, z.enum(['folder', 'files']), async (kind) => {
    const parent = window();
    if (!parent) return null;
    const { canceled, filePaths } = await dialog.showOpenDialog(parent, dialogs[kind]);
    return canceled || filePaths.length === 0 ? null : toSource(filePaths, grant);
  });
  ipc.handle(channels.dropSources, z.array(z.string().min(1).refine(path.isAbsolute)).max(100_000), async (paths) =>
    paths.length === 0 ? null : toSource(paths, grant),
  );
}
