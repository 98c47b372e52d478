import { zipSync, type Zippable } from 'fflate';
import { AppError } from '@shared/errors';
import { readZip } from '../../files';
import { readNpy, readNpyText, writeNpy, writeNpyText, type NpyArray } from './npy';

/** Largest file that is read, in bytes: it is held in memory whole. A latent takes a few kilobytes. */
const MAXIMUM_BYTES = 512 * 1024 * 1024;
const MAXIMUM_FILES = 10_000;
// A fixed date, so that the same arrays give the same bytes. (A zip has no time zone; local noon is the same day
// everywhere.)
const MODIFIED = new Date(2000, 0, 1, 12);

/** The arrays and texts of one `.npz` file by name. */
export interface NpzContent {
  arrays: Record<string, NpyArray>;
  texts: Record<string, string>;
}

/**
 * Reads a `.npz` file as NumPy's `savez` and `savez_compressed` write it. Throws BAD_FILE, naming the array, for
 * anything else and for a file with even one bit changed; LIMIT if it would unpack to more than `maximumBytes`.
 */
export function readNpz(bytes: Uint8Array, maximumBytes = MAXIMUM_BYTES): NpzContent {
  const arrays: [string, NpyArray][] = [];
  const texts: [string, string][] = [];
  for (const [file, unpacked] of unzip(bytes, maximumBytes)) {
    const name = file.replace(/\.npy$/, '');
    if (looksLikeText(unpacked)) texts.push([name, readNpyText(unpacked)]);
    else arrays.push([name, readNpy(unpacked)]);
  }
  return { arrays: Object.fromEntries(arrays), texts: Object.fromEntries(texts) };
}

function unzip(bytes: Uint8Array, maximumBytes: number): [name: string, content: Uint8Array][] {
  let total = 0;
  let files = 0;
  return readZip(bytes, (entry) => {
    files += 1;
    if (files > MAXIMUM_FILES) throw new AppError('BAD_FILE', `It holds more than ${MAXIMUM_FILES} arrays.`);
    if (!entry.name.endsWith('.npy')) return false;
    total += entry.bytes;
    if (total > maximumBytes) throw new AppError('LIMIT', 'It unpacks to more than such a file may hold.');
    return true;
  });
}

const looksLikeText = (npy: Uint8Array): boolean =>
  /'descr'\s*:\s*'[<>|=]?U\d/.test(Buffer.from(npy.subarray(0, 256)).toString('latin1'));

/** Writes a `.npz` file that `numpy.load` reads without pickles; the same content gives the same bytes. */
export function writeNpz(content: Partial<NpzContent>): Uint8Array {
  const files: Zippable = {};
  for (const [name, array] of Object.entries(content.arrays ?? {})) files[`${name}.npy`] = writeNpy(array);
  for (const [name, text] of Object.entries(content.texts ?? {})) files[`${name}.npy`] = writeNpyText(text);
  return zipSync(files, { level: 6, mtime: MODIFIED });
}
