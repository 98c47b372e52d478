import type { SourceFile } from '../../../../sources';
import type { NpyHeader } from '../../../../../formats/npy';
import { readArrayName, type ArrayName } from './names';
import type { ScannedArray } from './scan';

/** One array of a source: a file (`.npy`, IDX) or an entry of a `.npz`. */
export interface StoredArray extends ScannedArray {
  /** Path of its file in the source. */
  path: string;
  /** Its name inside a `.npz`; null for a file of its own. */
  entry: string | null;
  kind: 'npz' | 'npy' | 'idx' | 'stl';
  /** Its bytes from the start of the file or entry, read anew; `file` is its file as the second walk meets it. */
  read(file: SourceFile): AsyncIterable<Uint8Array>;
}

/** An array with everything that its name says. */
export interface NamedArray extends StoredArray {
  /** Read from the entry alone, or from the file's path where it has none. */
  own: ArrayName;
  /** Read from the path of the file and the entry together. */
  full: ArrayName;
  role: ArrayName['role'];
  split: ArrayName['split'];
}

export function withName(array: StoredArray): NamedArray {
  const full = readArrayName(array.entry === null ? array.path : `${array.path}/${array.entry}`);
  const own = array.entry === null ? full : readArrayName(array.entry);
  const isIdxList = array.kind === 'idx' && array.header.shape.length === 1;
  return {
    ...array,
    own,
    full,
    role: own.role ?? full.role ?? (isIdxList ? 'labels' : null),
    split: own.split ?? full.split,
  };
}

/** What notes call an array: its entry if only one file is there, else its path. */
export function calledIn(arrays: readonly StoredArray[]): (array: Pick<StoredArray, 'path' | 'entry'>) => string {
  const isAlone = new Set(arrays.map(({ path }) => path)).size === 1;
  return ({ path, entry }) => (entry === null ? path : isAlone ? entry : `${path}/${entry}`);
}

/** The elements of `all` by `keyOf`, in order. */
export function groupBy<T>(all: readonly T[], keyOf: (element: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const element of all) {
    const key = keyOf(element);
    groups.set(key, [...(groups.get(key) ?? []), element]);
  }
  return groups;
}

/** `12 × 28 × 28 uint8` */
export const shapeInWords = ({ shape, type }: NpyHeader): string =>
  shape.length === 0 ? `one ${type}` : `${shape.join(' × ')} ${type}`;
