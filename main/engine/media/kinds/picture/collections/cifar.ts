import { AppError } from '@shared/errors';
import { baseOf, endingOf, folderOf, type SourceFile } from '../../../sources';
import { readArrayName } from './arrays/names';
import type { Collection } from './collection';
import { records } from './records';

const SIDE = 32;
const PLANE = SIDE * SIDE;
const PIXEL_BYTES = 3 * PLANE;

/**
 * A record: label bytes, each with the number of classes it distinguishes, then red, green and blue planes of 32 × 32
 * bytes.
 */
interface Layout {
  most: readonly number[];
}
const cifar10: Layout = { most: [10] };
/** A coarse label, then the fine one, which is used. */
const cifar100: Layout = { most: [20, 100] };

/** Text files beside the batches that name the classes; coarse names are known but not used. */
const nameFiles = new Set(['batches.meta.txt', 'fine_label_names.txt']);
const unusedFiles = new Set(['coarse_label_names.txt']);
/** Endings that batches have under other names. */
const endings = new Set(['bin', 'dat', '']);

/** What a text file of the binary CIFAR distribution is by its name, or null. */
export function cifarTextRole(path: string): 'names' | 'unused' | null {
  const base = baseOf(path);
  if (nameFiles.has(base)) return 'names';
  return unusedFiles.has(base) ? 'unused' : null;
}

/** The layout that the published name of a batch stands for, or null. */
function publishedLayout(base: string): Layout | null {
  if (/^(data_batch_\d+|test_batch)\.bin$/.test(base)) return cifar10;
  return /^(train|test)\.bin$/.test(base) ? cifar100 : null;
}

/**
 * The layout of a batch: by its published name, else by its content, if it is a whole number of records of which every
 * label is one. Null for another file. Throws BAD_FILE where a file has the name and not the size.
 */
async function layoutOf(file: SourceFile): Promise<Layout | null> {
  const published = publishedLayout(baseOf(file.path));
  if (published === null && !endings.has(endingOf(file.path))) return null;
  const bytes = await file.size();
  const fits = [cifar10, cifar100].filter((layout) => bytes > 0 && bytes % recordBytes(layout) === 0);
  if (published !== null) {
    if (fits.includes(published)) return published;
    if (fits.length > 0) return fits[0]!;
    throw new AppError(
      'BAD_FILE',
      `it is named like a CIFAR batch but is not a whole number of ${recordBytes(published)}-byte records`,
    );
  }
  const [layout] = fits;
  if (layout === undefined) return null;
  for await (const record of records(file.stream(), recordBytes(layout)))
    if (layout.most.some((most, at) => record[at]! >= most)) return null;
  return layout;
}

const recordBytes = ({ most }: Layout): number => most.length + PIXEL_BYTES;

/** The class names of a names file: one a line. */
export function parseCifarNames(bytes: Uint8Array): string[] {
  return Buffer.from(bytes)
    .toString('utf8')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/**
 * A CIFAR-10 or CIFAR-100 batch, also under another name; null for another file. `namesOf` gives the class names found
 * in a folder, asked once all files were seen. Throws BAD_FILE when the file is named like a batch and is not a whole
 * number of records.
 */
export async function cifarCollection(
  file: SourceFile,
  namesOf: (folder: string) => string[] | undefined,
): Promise<Collection | null> {
  const layout = await layoutOf(file);
  if (layout === null) return null;
  const labelAt = layout.most.length - 1;
  const count = layout.most[labelAt]!;
  const classes = (): string[] => {
    const names = namesOf(folderOf(file.path));
    return names?.length === count ? names : Array.from({ length: count }, (_, i) => String(i));
  };
  const base = baseOf(file.path);
  return {
    name: file.path,
    count: (await file.size()) / recordBytes(layout),
    height: SIDE,
    width: SIDE,
    channels: 3,
    split: readArrayName(base).split ?? (base.startsWith('data_batch') ? 'train' : null),
    classes,
    async *pictures(opened) {
      const names = classes();
      for await (const record of records(opened.stream(), recordBytes(layout))) {
        yield { pixels: interleave(record, layout.most.length), label: names[record[labelAt]!] ?? null };
      }
    },
  };
}

/** Three planes `[3,32,32]` at `offset` as `[32,32,3]`. */
function interleave(record: Uint8Array, offset: number): Uint8Array {
  const pixels = new Uint8Array(PIXEL_BYTES);
  for (let i = 0; i < PLANE; i++) {
    for (let c = 0; c < 3; c++) pixels[i * 3 + c] = record[offset + c * PLANE + i]!;
  }
  return pixels;
}
