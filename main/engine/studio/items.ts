import { closeSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import type { ParsedParams, Items, StudioContract } from '@shared/contract';
import { AppError } from '@shared/errors';
import { type RunManifest, type Signal, type StoredArray, dtypeOf, valuesOf } from '@shared/specs';
import { openPack } from '../media';
import { filesOf } from '../media/kinds/files';
import { requireShape } from '../training/evaluate';

export type PictureSource = ParsedParams<StudioContract, 'studio.encode'>['picture'];

export interface NamedItem {
  name: string;
  /** [...shape] of the model's signal. */
  item: StoredArray;
}

/** What a model reads, and how a file comes to it: as the import of its dataset did. */
export type ModelInput = Pick<RunManifest, 'signal' | 'preprocessing'>;

/** A file that a person gave as a model reads it. Throws BAD_FILE or LIMIT with a sentence that names the file. */
export async function openItem(
  name: string,
  bytes: Uint8Array,
  { signal, preprocessing }: ModelInput,
): Promise<StoredArray> {
  return (await filesOf(signal).open(name, bytes, signal, preprocessing)) as StoredArray;
}

/**
 * An item as a model reads it: one of a dataset of its signal, or a file of any format that import reads. Throws NOT_FOUND, BAD_FILE, LIMIT or BAD_REQUEST with the name of what is wrong.
 */
export async function readItem(source: PictureSource, input: ModelInput): Promise<NamedItem> {
  if (source.kind === 'file') return { name: source.name, item: await openItem(source.name, source.bytes, input) };
  const pack = openPack(source.datasetDirectory);
  try {
    requireShape(pack, input);
    return { name: itemName(source.datasetDirectory, source.index), item: pack.readItem(source.index) };
  } finally {
    pack.close();
  }
}

/** @throws UNSUPPORTED for other items, whose codes the files and measures of compression don't know yet */
export function requirePictures({ kind }: Signal): void {
  if (kind === 'picture') return;
  throw new AppError('UNSUPPORTED', 'Only pictures can be compressed.', 'Choose a model of pictures.', {
    field: 'run',
  });
}

/** Items of one signal as they cross a pipe. */
export const itemsOf = (signal: Signal, data: StoredArray): Items => ({
  signal,
  dtype: dtypeOf(signal),
  count: data.length / valuesOf(signal),
  data,
});

const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 10;

/**
 * The name of one item from `items.jsonl`, by counting lines: reading them as JSON, as the index does, would be felt
 * here. An item whose line is damaged is called by its number.
 */
function itemName(datasetDirectory: string, index: number): string {
  const file = openSync(path.join(datasetDirectory, 'items.jsonl'), 'r');
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let line = 0;
  let text = '';
  try {
    for (;;) {
      const read = readSync(file, chunk, 0, CHUNK_BYTES, null);
      let from = 0;
      while (from < read) {
        const newline = chunk.subarray(0, read).indexOf(NEWLINE, from);
        const to = newline < 0 ? read : newline;
        if (line === index) text += chunk.toString('utf8', from, to);
        if (newline >= 0) line += 1;
        from = to + 1;
      }
      if (read === 0 || line > index) break;
    }
    return (JSON.parse(text) as { name: string }).name;
  } catch {
    return String(index);
  } finally {
    closeSync(file);
  }
}
