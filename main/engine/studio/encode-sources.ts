import type { ProgressReport } from '@shared/contract';
import { latentSize, newItems, valuesOf } from '@shared/specs';
import type { LoadedRun } from '../training';
import { type LatentRows, comfortableBatch } from '../training/inference';
import { breathe } from './long-jobs';
import { createProgress } from './progress';
import { type Skipped, sourceItems } from './source-items';

export interface EncodeSourcesRequest {
  model: LoadedRun;
  /** Absolute paths of files, folders or archives of them. */
  sources: readonly string[];
  signal: AbortSignal;
  onProgress(progress: ProgressReport): void;
}

export interface EncodedSources extends Skipped {
  /** [N, latentSize] */
  rows: LatentRows;
  /** One per item. */
  names: string[];
}

/**
 * Encodes items, as they come.
 * @throws as `sourceItems`
 */
export async function encodeSources({
  model,
  sources,
  signal,
  onProgress,
}: EncodeSourcesRequest): Promise<EncodedSources> {
  const { signal: itemSignal } = model.info;
  const itemValues = valuesOf(itemSignal);
  const report = createProgress('encoding', onProgress);
  const batch = comfortableBatch(itemSignal);
  const stored = newItems(itemSignal, batch);
  const names: string[] = [];
  const encoded: LatentRows[] = [];
  let waiting = 0;
  const found = sourceItems(sources, model.manifest, signal);
  const encodeWaiting = async (): Promise<void> => {
    if (waiting > 0) encoded.push(model.encode(stored.subarray(0, waiting * itemValues), waiting));
    waiting = 0;
    report(names.length, null, found.skippedCount);
    await breathe(signal);
  };

  for await (const { name, item } of found.items) {
    stored.set(item, waiting * itemValues);
    names.push(name);
    waiting += 1;
    if (waiting === batch) await encodeWaiting();
  }
  await encodeWaiting();
  const size = latentSize(model.latent);
  const rows = model.kind === 'codes' ? new Int32Array(names.length * size) : new Float32Array(names.length * size);
  encoded.forEach((some, i) => rows.set(some, i * batch * size));
  return { rows, names, skipped: found.skipped, skippedCount: found.skippedCount };
}
