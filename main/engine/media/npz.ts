import { unzipSync, zipSync, type Zippable } from 'fflate';
import { AppError } from '@shared/errors';
import { readNpy, readNpyText, writeNpy, writeNpyText, type NpyArray } from './npy';

/** Files of this size are held in memory whole; a latent is a few kilobytes. */
const MAXIMUM_BYTES = 512 * 1024 * 1024;
const MAXIMUM_FILES = 10_000;
/** Deflate can't do better than 1032 to 1: a file that claims more lies about its size. */
const MAXIMUM_RATIO = 1032;
// Fixed, so that the same arrays give the same bytes. (A zip has no time zone; local noon is the same day everywhere.)
const MODIFIED = new Date(2000, 0, 1, 12);

/** The arrays and texts of one `.npz` file by name. */
export interface NpzContent {
  arrays: Record<string, NpyArray>;
  texts: Record<string, string>;
}

/**
 * Reads a `.npz` file as NumPy's `savez` and `savez_compressed` write it. Throws BAD_FILE for anything else, LIMIT if it
 * would unpack to more than `maximumBytes`.
 */
export function readNpz(bytes: Uint8Array, maximumBytes = MAXIMUM_BYTES): NpzContent {
  const arrays: [string, NpyArray][] = [];
  const texts: [string, string][] = [];
  for (const [file, unpacked] of Object.entries(unzip(bytes, maximumBytes))) {
    const name = file.replace(/\.npy$/, '');
    if (looksLikeText(unpacked)) texts.push([name, readNpyText(unpacked)]);
    else arrays.push([name, readNpy(unpacked)]);
  }
  return { arrays: Object.fromEntries(arrays), texts: Object.fromEntries(texts) };
}

function unzip(bytes: Uint8Array, maximumBytes: number): Record<string, Uint8Array> {
  let total = 0;
  let files = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        files += 1;
        if (files > MAXIMUM_FILES || !(size <= bytes.length) || !(originalSize <= (size + 16) * MAXIMUM_RATIO)) {
          throw new AppError('BAD_FILE', 'It is not a .npz file, or it is damaged.');
        }
        if (!name.endsWith('.npy')) return false;
        total += originalSize;
        if (total > maximumBytes) throw new AppError('LIMIT', 'It unpacks to more than such a file may hold.');
        return true;
      },
    });
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw new AppError('BAD_FILE', 'It is not a .npz file, or it is damaged.', '', { cause: thrown });
  }
}

const looksLikeText = (npy: Uint8Array): boolean =>
  /'descr'\s*:\s*'[<>|=]?U\d/.test(Buffer.from(npy.subarray(0, 256)).toString('latin1'));

/** A `.npz` file that `numpy.load` reads without pickles; the same content gives the same bytes. */
export function writeNpz(content: Partial<NpzContent>): Uint8Array {
  const files: Zippable = {};
  for (const [name, array] of Object.entries(content.arrays ?? {})) files[`${name}.npy`] = writeNpy(array);
  for (const [name, text] of Object.entries(content.texts ?? {})) files[`${name}.npy`] = writeNpyText(text);
  return zipSync(files, { level: 6, mtime: MODIFIED });
}
