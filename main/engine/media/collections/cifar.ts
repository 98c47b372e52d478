import { AppError } from '@shared/errors';
import { baseOf, folderOf, type SourceFile } from '../sources';
import type { Collection } from './collection';
import { records } from './records';

const SIDE = 32;
const PLANE = SIDE * SIDE;
const PIXEL_BYTES = 3 * PLANE;

/** Layout of a record: label bytes, of which one names the class, then red, green and blue planes of 32 × 32 bytes. */
interface Layout {
  labelBytes: number;
  labelAt: number;
  classes: number;
}
const cifar10: Layout = { labelBytes: 1, labelAt: 0, classes: 10 };
/** A coarse label, then the fine one, which is used. */
const cifar100: Layout = { labelBytes: 2, labelAt: 1, classes: 100 };

/** Text files beside the batches that name the classes; coarse names are known but not used. */
const nameFiles = new Set(['batches.meta.txt', 'fine_label_names.txt']);
const unusedFiles = new Set(['coarse_label_names.txt']);

/** What a file of the binary CIFAR distribution is by its name, or null. */
export function cifarRole(path: string): 'batch' | 'names' | 'unused' | null {
  const base = baseOf(path);
  if (nameFiles.has(base)) return 'names';
  if (unusedFiles.has(base)) return 'unused';
  return layoutOf(base) === null ? null : 'batch';
}

function layoutOf(base: string): Layout | null {
  if (/^(data_batch_\d+|test_batch)\.bin$/.test(base)) return cifar10;
  return /^(train|test)\.bin$/.test(base) ? cifar100 : null;
}

/** The class names of a names file: one a line. */
export function parseCifarNames(bytes: Uint8Array): string[] {
  return Buffer.from(bytes)
    .toString('utf8')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/**
 * A CIFAR-10 or CIFAR-100 batch. `namesOf` gives the class names found in a folder, asked once all files were seen. Throws
 * BAD_FILE when the file is not a whole number of records.
 */
export async function cifarCollection(
  file: SourceFile,
  namesOf: (folder: string) => string[] | undefined,
): Promise<Collection> {
  const base = baseOf(file.path);
  const layout = layoutOf(base)!;
  const recordBytes = layout.labelBytes + PIXEL_BYTES;
  const bytes = await file.size();
  if (bytes === 0 || bytes % recordBytes !== 0) {
    throw new AppError(
      'BAD_FILE',
      `it is named like a CIFAR batch but is not a whole number of ${recordBytes}-byte records`,
    );
  }
  const classes = (): string[] => {
    const names = namesOf(folderOf(file.path));
    return names?.length === layout.classes ? names : Array.from({ length: layout.classes }, (_, i) => String(i));
  };
  return {
    name: file.path,
    count: bytes / recordBytes,
    height: SIDE,
    width: SIDE,
    channels: 3,
    split: base.startsWith('test') ? 'test' : 'train',
    classes,
    async *pictures(opened) {
      const names = classes();
      for await (const record of records(opened.stream(), recordBytes)) {
        yield { pixels: interleave(record, layout.labelBytes), label: names[record[layout.labelAt]!] ?? null };
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
