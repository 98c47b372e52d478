import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '@shared/errors';
import { type StoredArray, codesFileName, latentSize } from '@shared/specs';
import { makeFolder, replaceFile } from '../../files';
import { readSafetensors, writeSafetensors } from '../formats/safetensors';
import { type Pack, openPack } from '../media/pack';
import { requireShape } from './evaluate';
import { type LatentRows, comfortableBatch } from './inference';
import type { LoadedCodeRun, LoadedRun, LoadedVectorRun } from './load-run';

/** The latents of all items of a dataset, in the order of its pack. */
interface DatasetLatents<Rows extends LatentRows> {
  readonly count: number;
  /** Codes, or components of the vector, of an item. */
  readonly size: number;
  /** Latents of items [items, size]. */
  of(items: ArrayLike<number>): Rows;
}
export type DatasetCodes = DatasetLatents<Int32Array>;
export type DatasetVectors = DatasetLatents<Float32Array>;

interface OpenOptions {
  signal?: AbortSignal;
  onProgress?(done: number, total: number): void;
}

/**
 * The codes of a dataset's items by an autoencoder: from the file in the dataset's folder that an earlier run left, if
 * it is of the same weights and the same items; else every item is encoded, once, and the file written. It is a
 * safetensors file with `codes` int32 [items, size], and what it is of in its metadata.
 * @throws BAD_REQUEST where items and autoencoder don't fit; CANCELLED
 */
export function openDatasetCodes(
  datasetDirectory: string,
  autoencoder: LoadedCodeRun,
  options?: OpenOptions,
): Promise<DatasetCodes> {
  return openLatents(datasetDirectory, autoencoder, ofCodes, options);
}

/** The same of an autoencoder whose latents are vectors: the file has `vectors` float32 [items, size]. */
export function openDatasetVectors(
  datasetDirectory: string,
  autoencoder: LoadedVectorRun,
  options?: OpenOptions,
): Promise<DatasetVectors> {
  return openLatents(datasetDirectory, autoencoder, ofVectors, options);
}

/** What latents are called in a file, and how many of them are made room for. */
interface Kind<Rows extends LatentRows> {
  name: string;
  dtype: 'int32' | 'float32';
  rows(size: number): Rows;
  isOne(values: LatentRows): values is Rows;
}
const ofCodes: Kind<Int32Array> = {
  name: 'codes',
  dtype: 'int32',
  rows: (size) => new Int32Array(size),
  isOne: (values) => values instanceof Int32Array,
};
const ofVectors: Kind<Float32Array> = {
  name: 'vectors',
  dtype: 'float32',
  rows: (size) => new Float32Array(size),
  isOne: (values) => values instanceof Float32Array,
};

async function openLatents<Rows extends LatentRows>(
  datasetDirectory: string,
  autoencoder: Encoder<Rows>,
  kind: Kind<Rows>,
  { signal, onProgress }: OpenOptions = {},
): Promise<DatasetLatents<Rows>> {
  const pack = openPack(datasetDirectory);
  try {
    requireShape(pack, autoencoder.model);
    const file = path.join(datasetDirectory, codesFileName(autoencoder.info.weightsHash));
    const identity = identityOf(pack, autoencoder);
    const known = readKnown(file, identity, kind);
    if (known) return inMemory(known, pack.count, kind);
    const latents = await encodeAll(pack, autoencoder, kind, signal, onProgress);
    makeFolder(path.dirname(file));
    const shape = [pack.count, latents.length / pack.count];
    replaceFile(file, writeSafetensors({ [kind.name]: { dtype: kind.dtype, shape, data: latents } }, identity));
    return inMemory(latents, pack.count, kind);
  } finally {
    pack.close();
  }
}

/** What of a loaded autoencoder is needed here. */
type Encoder<Rows extends LatentRows> = Pick<LoadedRun, 'info' | 'model' | 'latent'> & {
  encode(items: StoredArray, count: number): Rows;
};

function inMemory<Rows extends LatentRows>(latents: Rows, count: number, { rows }: Kind<Rows>): DatasetLatents<Rows> {
  const size = latents.length / count;
  return {
    count,
    size,
    of(items) {
      const chosen = rows(items.length * size);
      for (let at = 0; at < items.length; at++) {
        const item = items[at] ?? 0;
        chosen.set(latents.subarray(item * size, (item + 1) * size), at * size);
      }
      return chosen;
    },
  };
}

/** What the latents are of; a file that says anything else is stale. */
function identityOf({ manifest, count }: Pack, { info }: Pick<LoadedRun, 'info'>): Record<string, string> {
  return {
    dataset: manifest.createdAt,
    items: String(count),
    run: info.run,
    step: String(info.step),
    weightsHash: info.weightsHash,
  };
}

function readKnown<Rows extends LatentRows>(
  file: string,
  identity: Readonly<Record<string, string>>,
  { name: latents, isOne }: Kind<Rows>,
): Rows | undefined {
  try {
    const { tensors, metadata } = readSafetensors(readFileSync(file), file);
    const { run: _run, step: _step, ...decisive } = identity;
    const isSame = Object.entries(decisive).every(([name, value]) => metadata[name] === value);
    const data = tensors[latents]?.data;
    return isSame && data && isOne(data) ? data : undefined;
  } catch {
    // None yet, or not a whole one: it is written anew.
    return undefined;
  }
}

async function encodeAll<Rows extends LatentRows>(
  pack: Pack,
  autoencoder: Encoder<Rows>,
  { rows }: Kind<Rows>,
  signal: AbortSignal | undefined,
  onProgress: ((done: number, total: number) => void) | undefined,
): Promise<Rows> {
  const size = latentSize(autoencoder.latent);
  const latents = rows(pack.count * size);
  const batch = comfortableBatch(pack.signal);
  for (let at = 0; at < pack.count; at += batch) {
    if (signal?.aborted) throw new AppError('CANCELLED', 'Encoding the dataset was cancelled.');
    const count = Math.min(batch, pack.count - at);
    const items = Array.from({ length: count }, (_, index) => at + index);
    latents.set(autoencoder.encode(pack.readItems(items), count), at * size);
    onProgress?.(at + count, pack.count);
    await setImmediate();
  }
  return latents;
}
