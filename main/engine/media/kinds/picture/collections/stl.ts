import type { NpyHeader } from '../../../../formats/npy';
import { baseOf, type SourceFile } from '../../../sources';
import { parseCifarNames } from './cifar';
import { scanArray, type ScanContext } from './arrays/scan';
import type { StoredArray } from './arrays/stored';

/** STL-10: pictures of 96 × 96 in three planes, each column by column, without any header. */
const SHAPE = [3, 96, 96];
const PICTURE_BYTES = 3 * 96 * 96;
const MOST_CLASSES = 10;
const NAMES_FILE = 'class_names.txt';

/**
 * A file of the binary STL-10 distribution as an array: `train_X.bin` (pictures), `train_y.bin` (classes, counted from
 * 1), also with something before the name; recognised by name and size together. Null for another file.
 */
export async function stlArray(file: SourceFile, context: ScanContext): Promise<StoredArray | null> {
  const kind = /(?:^|[-_. ])([xy])\.bin$/i.exec(baseOf(file.path))?.[1]?.toLowerCase();
  if (kind === undefined) return null;
  const bytes = await file.size();
  if (bytes === 0 || (kind === 'x' && bytes % PICTURE_BYTES !== 0)) return null;
  const shape = kind === 'x' ? [bytes / PICTURE_BYTES, ...SHAPE] : [bytes];
  const header: NpyHeader = {
    type: 'uint8',
    elementBytes: 1,
    bigEndian: false,
    fortranOrder: false,
    shape,
    count: bytes,
    dataOffset: 0,
  };
  const source = { name: file.path, stream: file.stream(), parse: () => header, bytes, packedBytes: null };
  const scanned = await scanArray(source, context);
  if (scanned === null) return null;
  const { numbers } = scanned;
  if (numbers !== null && !Array.from(numbers).every((label) => label >= 1 && label <= MOST_CLASSES)) return null;
  return { ...scanned, path: file.path, entry: null, kind: 'stl', read: (opened) => opened.stream() };
}

/** The names of STL-10's classes, one a line, as an array of texts; null for another file. */
export async function stlNames(file: SourceFile): Promise<StoredArray | null> {
  if (baseOf(file.path) !== NAMES_FILE) return null;
  const texts = parseCifarNames(await file.read());
  const header: NpyHeader = {
    type: 'text',
    elementBytes: 1,
    bigEndian: false,
    fortranOrder: false,
    shape: [texts.length],
    count: texts.length,
    dataOffset: 0,
  };
  const scanned = { header, facts: null, numbers: null, texts, likeliest: null, bytes: null };
  return { ...scanned, path: file.path, entry: null, kind: 'stl', read: (opened) => opened.stream() };
}
