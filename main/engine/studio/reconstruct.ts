import { AppError } from '@shared/errors';
import type { Split } from '@shared/specs';
import { openPack, readItemIndex, readItemLines } from '../media/pack';
import type { LoadedRun } from '../training';
import { requireShape } from '../training/evaluate';
import { itemsOf } from './items';

/**
 * A few items of a split, evenly spread over it, and what the model makes of them.
 * @throws BAD_REQUEST if the dataset's items have another shape than the model's, or the split is empty
 */
export async function reconstructItems(run: LoadedRun, datasetDirectory: string, split: Split, count: number) {
  const { signal } = run.info;
  const pack = openPack(datasetDirectory);
  try {
    requireShape(pack, { signal });
    const items = (await readItemIndex(datasetDirectory, pack.count)).splits[split];
    if (items.length === 0)
      throw new AppError('BAD_REQUEST', `The dataset has no items in its ${split} split.`, '', { field: 'split' });
    const chosen = evenlySpread(items, count);
    const originals = pack.readItems(chosen);
    return {
      model: run.info,
      names: await namesOf(datasetDirectory, chosen),
      originals: itemsOf(signal, originals),
      reconstructions: itemsOf(signal, run.reconstruct(originals, chosen.length)),
    };
  } finally {
    pack.close();
  }
}

/** All of them where there are no more than `count`. */
export function evenlySpread(items: Uint32Array, count: number): Uint32Array {
  const taken = Math.min(count, items.length);
  return Uint32Array.from({ length: taken }, (_, each) => items[Math.floor((each * items.length) / taken)] ?? 0);
}

/** Names of items, in the order in which they are asked for. */
export async function namesOf(datasetDirectory: string, items: ArrayLike<number>): Promise<string[]> {
  const names = new Map(Array.from(items, (item) => [item, '']));
  let number = 0;
  for await (const { name } of readItemLines(datasetDirectory)) {
    if (names.has(number)) names.set(number, name);
    number += 1;
  }
  return Array.from(items, (item) => names.get(item) ?? '');
}
