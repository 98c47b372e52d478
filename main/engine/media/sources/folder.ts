import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, sep } from 'node:path';
import type { NameEncoding } from '@shared/specs/dataset';
import type { ImportLimits } from '../limits';
import { diskFile } from './disk-file';
import { decodeName, encodingNames, utf8Name } from './name-encoding';
import { byName, isHidden } from './names';
import type { Source, Visit } from './source';

/** A file or folder as it lies on disk: its name in readable form, and where it is (bytes where that is not UTF-8). */
interface Place {
  entry: Dirent<Buffer>;
  name: string;
  location: string | Buffer;
}

/**
 * Every regular file below `root`, folder by folder in order of names. Links are refused, hidden files passed over. A
 * name that is not UTF-8 (Linux allows any bytes) is read in the encoding that was chosen, else with `�` where it can't
 * be.
 */
export function folderSource(root: string, limits: ImportLimits, encoding: NameEncoding = 'auto'): Source {
  const foreign = { count: 0, first: '' };

  async function* walk(location: string | Buffer, folder: string, visit: Visit): ReturnType<Source['files']> {
    for (const { entry, name, location: below } of await list(location, folder, visit)) {
      visit.signal.throwIfAborted();
      const path = folder === '' ? name : `${folder}/${name}`;
      if (isHidden(name)) continue;
      if (entry.isSymbolicLink()) visit.refuse(path, 'it is a link, and links are not followed');
      else if (entry.isDirectory()) yield* walk(below, path, visit);
      else if (entry.isFile()) yield diskFile(path, below, limits);
      else visit.refuse(path, 'it is not a regular file');
    }
  }

  async function list(location: string | Buffer, folder: string, visit: Visit): Promise<Place[]> {
    try {
      const entries = await readdir(location, { withFileTypes: true, encoding: 'buffer' });
      const taken = new Set<string>();
      return entries.map((entry) => place(entry, location, folder, taken)).sort((a, b) => byName(a.name, b.name));
    } catch (thrown) {
      if (folder === '') throw thrown;
      visit.refuse(folder, 'this folder could not be opened');
      return [];
    }
  }

  function place(entry: Dirent<Buffer>, above: string | Buffer, folder: string, taken: Set<string>): Place {
    const text = utf8Name(entry.name);
    if (text !== null && typeof above === 'string')
      return { entry, name: text.normalize('NFC'), location: above + sep + text };
    const location = Buffer.concat([Buffer.from(above as string), Buffer.from(sep), entry.name]);
    if (text !== null) return { entry, name: text.normalize('NFC'), location };
    const readable = decodeName(entry.name, encoding === 'auto' ? 'utf-8' : encoding).replaceAll(/[\\/]/g, '�');
    let name = readable;
    for (let times = 2; taken.has(name); times++) name = `${readable} (${times})`;
    taken.add(name);
    foreign.count += 1;
    if (foreign.first === '') foreign.first = folder === '' ? name : `${folder}/${name}`;
    return { entry, name, location };
  }

  return {
    name: basename(root),
    kind: 'folder',
    sequential: false,
    files(visit) {
      Object.assign(foreign, { count: 0, first: '' });
      return walk(root, '', visit);
    },
    notes() {
      if (foreign.count === 0) return [];
      return encoding === 'auto' || encoding === 'utf-8'
        ? [
            `Names that are not UTF-8: ${foreign.count} (${foreign.first}). What can't be read is shown as �; an encoding can be chosen (--name-encoding).`,
          ]
        : [`Names that are not UTF-8: ${foreign.count}, read as ${encodingNames[encoding]} (${foreign.first}).`];
    },
  };
}
