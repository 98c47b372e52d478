import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@shared/errors';
import { issueText } from '@shared/issues';
import { datasetManifestSchema, packFileName, type DatasetManifest } from '@shared/specs/dataset';
import { type Signal, type StoredArray, bytesIn, bytesOf, newItems, valuesOf } from '@shared/specs/media';
import { MANIFEST_FILE } from './files';

/** A pack opened for reading any item by its position, never all of it at once. */
export interface Pack {
  readonly manifest: DatasetManifest;
  readonly signal: Signal;
  /** Number of items. */
  readonly count: number;
  /** Values of one item. */
  readonly itemValues: number;
  /** One item, [...shape]. Throws NOT_FOUND for an index outside 0…count − 1. */
  readItem(index: number): StoredArray;
  /**
   * Items in the order asked, [N, ...shape], written to the start of `into` if given (room for N items at least). Reads
   * positionally and at once: a batch of small items takes less than a trip to the thread pool.
   */
  readItems(indices: ArrayLike<number>, into?: StoredArray): StoredArray;
  close(): void;
}

/** Opens the dataset in `directory`. Throws NOT_FOUND without a manifest, BAD_FILE where pack and manifest disagree. */
export function openPack(directory: string): Pack {
  const manifest = readManifest(directory);
  const { signal } = manifest;
  const [itemBytes, itemValues] = [bytesOf(signal), valuesOf(signal)];
  const name = packFileName(signal);
  const file = openForReading(join(directory, name), name);
  if (fstatSync(file).size !== manifest.count * itemBytes) {
    closeSync(file);
    throw new AppError('BAD_FILE', `${name} has not the size of ${manifest.count} items.`, 'Import the dataset again.');
  }
  const readInto = (index: number, into: Uint8Array, offset: number): void => {
    if (!Number.isInteger(index) || index < 0 || index >= manifest.count) {
      throw new AppError('NOT_FOUND', `There is no item ${index}: the dataset has items 0 to ${manifest.count - 1}.`);
    }
    const read = readSync(file, into, offset, itemBytes, index * itemBytes);
    if (read !== itemBytes) throw new AppError('DISK', `Item ${index} could not be read from ${name}.`);
  };
  return {
    manifest,
    signal,
    count: manifest.count,
    itemValues,
    readItem(index) {
      const item = newItems(signal, 1);
      readInto(index, bytesIn(item), 0);
      return item;
    },
    readItems(indices, into = newItems(signal, indices.length)) {
      const bytes = bytesIn(into);
      if (bytes.length < indices.length * itemBytes)
        throw new AppError('INTERNAL', 'The buffer for items is too small.');
      for (let i = 0; i < indices.length; i++) readInto(indices[i]!, bytes, i * itemBytes);
      return into;
    },
    close: () => closeSync(file),
  };
}

/** `dataset.json`. Throws NOT_FOUND, BAD_FILE. */
export function readManifest(directory: string): DatasetManifest {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(join(directory, MANIFEST_FILE), 'utf8'));
  } catch (cause) {
    if (cause instanceof SyntaxError)
      throw new AppError('BAD_FILE', `${MANIFEST_FILE} is damaged.`, 'Import the dataset again.', { cause });
    throw new AppError('NOT_FOUND', `There is no dataset: ${MANIFEST_FILE} is missing.`, '', { cause });
  }
  const parsed = datasetManifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError(
    'BAD_FILE',
    `${MANIFEST_FILE} is not right at ${issueText(parsed.error)}.`,
    'Import the dataset again.',
  );
}

function openForReading(path: string, name: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw new AppError('NOT_FOUND', `${name} is missing from the dataset.`, 'Import the dataset again.', { cause });
  }
}
