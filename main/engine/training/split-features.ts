import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '@shared/errors';
import { type Split, featuresFileName } from '@shared/specs';
import { makeFolder, replaceFile } from '../../files';
import { readSafetensors, writeSafetensors } from '../formats/safetensors';
import { type Pack, openPack, readItemIndex } from '../media/pack';
import type { FeatureSet } from '../metrics/sets';
import { requireShape } from './evaluate';
import type { LoadedRun } from './load-run';
import { FEATURES_BATCH, itemFeatures, requireFeatures } from './item-features';

/** The most items whose features are computed; a larger split is sampled evenly. 128 MB of features. */
const MOST_ITEMS = 100_000;

/** Features of a split's items, in the order of `items` (numbers in the dataset). */
export interface SplitFeatures extends FeatureSet {
  readonly items: Int32Array;
}

/**
 * What the medium's network (a picture's perceptual trunk) sees in each item of a split: from the file in the dataset's folder that an earlier look
 * left, if it is of the same network, items and split; else every item is looked at, once, and the file written. It is
 * a safetensors file with `features` float32 [items, size] and `items` int32, and what it is of in its metadata.
 * @param run in whose program the network goes; its items have the dataset's signal
 * @throws SETUP_FAILED where the network isn't set up; BAD_REQUEST for items of another signal; CANCELLED
 */
export async function splitFeatures(
  datasetDirectory: string,
  split: Split,
  { program, model }: Pick<LoadedRun, 'program' | 'model'>,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?(done: number, total: number): void } = {},
): Promise<SplitFeatures> {
  const pack = openPack(datasetDirectory);
  try {
    requireShape(pack, model);
    const all = (await readItemIndex(datasetDirectory, pack.count)).splits[split];
    const taken = Math.min(MOST_ITEMS, all.length);
    const items = Int32Array.from({ length: taken }, (_, each) => all[Math.floor((each * all.length) / taken)] ?? 0);
    const { size, identity: trunkIdentity } = requireFeatures(model.signal);
    const trunk = trunkIdentity();
    const file = path.join(datasetDirectory, featuresFileName(trunk, split));
    const identity = { dataset: pack.manifest.createdAt, trunk, split };
    const known = readKnown(file, identity, items, size);
    if (known) return setOf(items, size, known);
    const featuresOf = itemFeatures(program, model.signal);
    const values = new Float32Array(items.length * size);
    for await (const { at, stored, count } of inBatches(pack, items)) {
      if (signal?.aborted) throw new AppError('CANCELLED', 'Looking at the dataset was cancelled.');
      values.set(featuresOf(stored, count), at * size);
      onProgress?.(at + count, items.length);
    }
    makeFolder(path.dirname(file));
    const tensors = {
      features: { dtype: 'float32' as const, shape: [items.length, size], data: values },
      items: { dtype: 'int32' as const, shape: [items.length], data: items },
    };
    replaceFile(file, writeSafetensors(tensors, identity));
    return setOf(items, size, values);
  } finally {
    pack.close();
  }
}

const setOf = (items: Int32Array, size: number, values: Float32Array): SplitFeatures => ({
  items,
  count: items.length,
  size,
  values,
});

async function* inBatches(pack: Pack, items: Int32Array) {
  for (let at = 0; at < items.length; at += FEATURES_BATCH) {
    const some = items.subarray(at, at + FEATURES_BATCH);
    yield { at, stored: pack.readItems(some), count: some.length };
    await setImmediate();
  }
}

function readKnown(file: string, identity: Readonly<Record<string, string>>, items: Int32Array, size: number) {
  try {
    const { tensors, metadata } = readSafetensors(readFileSync(file), file);
    const isSame = Object.entries(identity).every(([name, value]) => metadata[name] === value);
    const [features, of] = [tensors.features?.data, tensors.items?.data];
    if (!isSame || !(features instanceof Float32Array) || features.length !== items.length * size) return undefined;
    return of?.length === items.length && items.every((item, at) => of[at] === item) ? features : undefined;
  } catch {
    // None yet, or not a whole one: it is written anew.
    return undefined;
  }
}
