import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '@shared/errors';
import { codesFileName, latentSize } from '@shared/specs';
import { replaceFile } from '../../files';
import { readSafetensors, writeSafetensors } from '../export/safetensors';
import { type Pack, openPack } from '../media/pack';
import { requireShape } from './evaluate';
import { comfortableBatch } from './inference';
import type { LoadedCodeRun } from './load-run';

/** The codes of all items of a dataset, in the order of its pack. */
export interface DatasetCodes {
  readonly count: number;
  /** Codes of an item. */
  readonly size: number;
  /** Codes of items [items, size] int32. */
  of(items: ArrayLike<number>): Int32Array;
}

/**
 * The codes of a dataset's items by an autoencoder: from the file in the dataset's folder that an earlier run left, if it is of the
 * same weights and the same pictures; else every item is encoded, once, and the file written. It is a safetensors file with `codes`
 * int32 [items, size], and what it is of in its metadata.
 * @throws BAD_REQUEST where pictures and autoencoder don't fit; CANCELLED
 */
export async function openDatasetCodes(
  datasetDirectory: string,
  autoencoder: LoadedCodeRun,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?(done: number, total: number): void } = {},
): Promise<DatasetCodes> {
  const pack = openPack(datasetDirectory);
  try {
    requireShape(pack, autoencoder.model);
    const file = path.join(datasetDirectory, codesFileName(autoencoder.info.weightsHash));
    const identity = identityOf(pack, autoencoder);
    const known = readKnown(file, identity);
    if (known) return inMemory(known, pack.count);
    const codes = await encodeAll(pack, autoencoder, signal, onProgress);
    mkdirSync(path.dirname(file), { recursive: true });
    const shape = [pack.count, codes.length / pack.count];
    replaceFile(file, writeSafetensors({ codes: { dtype: 'int32', shape, data: codes } }, identity));
    return inMemory(codes, pack.count);
  } finally {
    pack.close();
  }
}

function inMemory(codes: Int32Array, count: number): DatasetCodes {
  const size = codes.length / count;
  return {
    count,
    size,
    of(items) {
      const chosen = new Int32Array(items.length * size);
      for (let at = 0; at < items.length; at++) {
        const item = items[at] ?? 0;
        chosen.set(codes.subarray(item * size, (item + 1) * size), at * size);
      }
      return chosen;
    },
  };
}

/** What the codes are of; a file that says anything else is stale. */
function identityOf({ manifest, count }: Pack, { info }: LoadedCodeRun): Record<string, string> {
  return {
    dataset: manifest.createdAt,
    items: String(count),
    run: info.run,
    step: String(info.step),
    weightsHash: info.weightsHash,
  };
}

function readKnown(file: string, identity: Readonly<Record<string, string>>): Int32Array | undefined {
  try {
    const { tensors, metadata } = readSafetensors(readFileSync(file), file);
    const { run: _run, step: _step, ...decisive } = identity;
    const isSame = Object.entries(decisive).every(([name, value]) => metadata[name] === value);
    const codes = tensors.codes?.data;
    return isSame && codes instanceof Int32Array ? codes : undefined;
  } catch {
    // None yet, or not a whole one: it is written anew.
    return undefined;
  }
}

async function encodeAll(
  pack: Pack,
  autoencoder: LoadedCodeRun,
  signal: AbortSignal | undefined,
  onProgress: ((done: number, total: number) => void) | undefined,
): Promise<Int32Array> {
  const size = latentSize(autoencoder.latent);
  const codes = new Int32Array(pack.count * size);
  const batch = comfortableBatch(pack.shape);
  for (let at = 0; at < pack.count; at += batch) {
    if (signal?.aborted) throw new AppError('CANCELLED', 'Encoding the dataset was cancelled.');
    const count = Math.min(batch, pack.count - at);
    const items = Array.from({ length: count }, (_, index) => at + index);
    codes.set(autoencoder.encode(pack.readItems(items), count), at * size);
    onProgress?.(at + count, pack.count);
    await setImmediate();
  }
  return codes;
}
