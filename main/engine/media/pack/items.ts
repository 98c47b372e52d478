import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AppError } from '@shared/errors';
import { itemLineSchema, type ItemLine, type Split } from '@shared/specs/dataset';
import { ITEMS_FILE } from './files';

/**
 * The lines of `items.jsonl` in pack order, one at a time. Throws BAD_FILE with the number of a line that is not one.
 */
export async function* readItemLines(directory: string): AsyncGenerator<ItemLine> {
  const lines = createInterface({ input: createReadStream(join(directory, ITEMS_FILE)), crlfDelay: Infinity });
  let number = 0;
  for await (const line of lines) {
    number += 1;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      value = null;
    }
    const parsed = itemLineSchema.safeParse(value);
    if (!parsed.success)
      throw new AppError('BAD_FILE', `${ITEMS_FILE} is damaged at line ${number}.`, 'Import the dataset again.');
    yield parsed.data;
  }
}

/** Which items belong to which split, and their classes: small enough for memory even with a million items. */
export interface ItemIndex {
  /** Positions in the pack, ascending. */
  splits: Record<Split, Uint32Array>;
  /** Class of every item, −1 for none. */
  labels: Int32Array;
}

/**
 * Reads the index of a dataset of `count` items. Throws as `readItemLines` does, or BAD_FILE when lines are missing.
 */
export async function readItemIndex(directory: string, count: number): Promise<ItemIndex> {
  const labels = new Int32Array(count);
  const isTest = new Uint8Array(count);
  let read = 0;
  for await (const { label, split } of readItemLines(directory)) {
    if (read < count) {
      labels[read] = label ?? -1;
      isTest[read] = split === 'test' ? 1 : 0;
    }
    read += 1;
  }
  if (read !== count)
    throw new AppError('BAD_FILE', `${ITEMS_FILE} has ${read} lines for ${count} items.`, 'Import the dataset again.');
  const positions = (wanted: number): Uint32Array =>
    Uint32Array.from(labels.keys()).filter((index) => isTest[index] === wanted);
  return { splits: { train: positions(0), test: positions(1) }, labels };
}
