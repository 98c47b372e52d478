import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ImportLimits } from '../limits';
import { diskFile } from './disk-file';
import { byName, isHidden } from './names';
import type { Source, Visit } from './source';

/** Every regular file below `root`, folder by folder in order of names. Links are refused, hidden files passed over. */
export function folderSource(root: string, limits: ImportLimits): Source {
  async function* walk(folder: string, visit: Visit): ReturnType<Source['files']> {
    for (const entry of await list(join(root, folder), folder, visit)) {
      visit.signal.throwIfAborted();
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (isHidden(entry.name)) continue;
      if (entry.isSymbolicLink()) visit.refuse(path, 'it is a link, and links are not followed');
      else if (entry.isDirectory()) yield* walk(path, visit);
      else if (entry.isFile()) yield diskFile(path, join(root, folder, entry.name), limits);
      else visit.refuse(path, 'it is not a regular file');
    }
  }
  return { name: basename(root), kind: 'folder', sequential: false, files: (visit) => walk('', visit) };
}

async function list(location: string, folder: string, visit: Visit): Promise<Dirent[]> {
  try {
    const entries = await readdir(location, { withFileTypes: true });
    return entries.sort((a, b) => byName(a.name, b.name));
  } catch (thrown) {
    if (folder === '') throw thrown;
    visit.refuse(folder, 'this folder could not be opened');
    return [];
  }
}
