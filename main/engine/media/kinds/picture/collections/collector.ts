import { AppError } from '@shared/errors';
import { parseNpyHeader } from '../../../../formats/npy';
import { endingOf, folderOf, type SourceFile } from '../../../sources';
import { planArrays } from './arrays/plan';
import { announcedBytes, scanArray, type ScanContext } from './arrays/scan';
import type { StoredArray } from './arrays/stored';
import { cifarCollection, cifarTextRole, parseCifarNames } from './cifar';
import type { Collection } from './collection';
import { gunzipped, isGzip } from './gunzip';
import { looksLikeIdx, parseIdxHeader } from './idx';
import { npzArrays } from './npz';
import { stlArray, stlNames } from './stl';

/** What was found among the files of one source, by path. */
export interface Collected {
  collections: Map<string, Collection[]>;
  /** Label and class-name files that belong to a collection. */
  companions: Set<string>;
  /** Files that should have been a collection, and why they are none. */
  refused: Map<string, string>;
  notes: string[];
}

export interface Collector {
  /** Looks at a file that is no picture by its ending; true when it belongs to a collection (or fails to). */
  examine(file: SourceFile, head: Uint8Array): Promise<boolean>;
  /** Decides what the arrays are and pairs pictures with labels, once all files of the source were examined. */
  finish(): Collected;
}

/** Gathers the collections of one source while it is walked for the first time. */
export function createCollector(context: ScanContext): Collector {
  const found: Collected = { collections: new Map(), companions: new Set(), refused: new Map(), notes: [] };
  const arrays: StoredArray[] = [];
  const stlClasses: StoredArray[] = [];
  const cifarNames = new Map<string, string[]>();

  const belongs = async (file: SourceFile, head: Uint8Array): Promise<boolean> => {
    const { path } = file;
    const role = cifarTextRole(path);
    if (role !== null) {
      found.companions.add(path);
      if (role === 'names') cifarNames.set(folderOf(path), parseCifarNames(await file.read()));
      return true;
    }
    if (endingOf(path) === 'npz') {
      arrays.push(...(await npzArrays(file, context, found.notes)));
      return true;
    }
    const names = await stlNames(file);
    if (names !== null) {
      stlClasses.push(names);
      return true;
    }
    const array = (await arrayOf(file, head, context)) ?? (await stlArray(file, context));
    if (array !== null) {
      arrays.push(array);
      return true;
    }
    const batch = await cifarCollection(file, (folder) => cifarNames.get(folder));
    if (batch !== null) found.collections.set(path, [batch]);
    return batch !== null;
  };

  return {
    async examine(file, head) {
      try {
        return await belongs(file, head);
      } catch (thrown) {
        if (!(thrown instanceof AppError)) throw thrown;
        found.refused.set(file.path, thrown.message);
        return true;
      }
    },
    finish() {
      // a file of that name is one of STL-10 only beside its pictures
      const isStl = arrays.some(({ kind }) => kind === 'stl');
      const plan = planArrays(isStl ? [...arrays, ...stlClasses] : arrays, context);
      for (const [path, collections] of plan.collections) found.collections.set(path, collections);
      for (const path of plan.companions) found.companions.add(path);
      for (const [path, reason] of plan.refused) found.refused.set(path, reason);
      found.notes.push(...plan.notes);
      return found;
    },
  };
}

/**
 * A file that is one array: `.npy`, or IDX, gzipped or not; null when it is neither. Read once: in a tar there is no
 * second.
 */
async function arrayOf(file: SourceFile, head: Uint8Array, context: ScanContext): Promise<StoredArray | null> {
  const { path } = file;
  const isNpy = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59].every((byte, i) => head[i] === byte);
  const bytes = await file.size();
  if (isNpy) {
    const stream = file.stream();
    const scanned = await scanArray({ name: path, stream, parse: parseNpyHeader, bytes, packedBytes: null }, context);
    return scanned && { ...scanned, path, entry: null, kind: 'npy', read: (opened) => opened.stream() };
  }
  const packed = isGzip(head);
  if (!packed && !looksLikeIdx(head)) return null;
  const read = (opened: SourceFile, announced = Infinity): AsyncIterable<Uint8Array> =>
    packed ? gunzipped(opened, context.limits, announced) : opened.stream();
  const sizes = packed ? { bytes: null, packedBytes: bytes } : { bytes, packedBytes: null };
  const scanned = await scanArray({ name: path, stream: read(file), parse: parseIdxHeader, ...sizes }, context);
  if (scanned === null) return null;
  const announced = announcedBytes(scanned.header);
  return { ...scanned, path, entry: null, kind: 'idx', read: (opened) => read(opened, announced) };
}
