import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { AppError } from '@shared/errors';
import { itemLineSchema, type ItemLine } from '@shared/specs/dataset';

/**
 * Reads the lines of a dataset's items.jsonl in pack order, as they are needed. Throws BAD_FILE, naming the line,
 * for a line that is not an item.
 */
export async function* readItemLines(folder: string): AsyncGenerator<ItemLine> {
  const file = path.join(folder, 'items.jsonl');
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line === '') continue;
    yield parseLine(line, file, number);
  }
}

function parseLine(line: string, file: string, number: number): ItemLine {
  try {
    return itemLineSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw new AppError(
      'BAD_FILE',
      `Line ${number} of ${path.basename(file)} is not an item.`,
      'Import the dataset again.',
      { field: file, cause },
    );
  }
}
