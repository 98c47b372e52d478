import type { Pack } from '../media';
import type { LoadedVectorRun } from '../training';
import { comfortableBatch } from '../training/inference';
import { breathe } from './long-jobs';

export interface VectorsRequest {
  model: LoadedVectorRun;
  pack: Pack;
  /** Positions in the pack. */
  items: Uint32Array;
  signal: AbortSignal;
  onProgress(done: number, total: number): void;
}

/** Vectors of items in their order, batch by batch: [items of the batch, length]. Throws CANCELLED. */
export async function* encodedVectors({
  model,
  pack,
  items,
  signal,
  onProgress,
}: VectorsRequest): AsyncGenerator<Float32Array> {
  const batch = comfortableBatch(model.info.signal);
  for (let at = 0; at < items.length; at += batch) {
    const some = items.subarray(at, at + batch);
    yield model.encode(pack.readItems(some), some.length);
    onProgress(at + some.length, items.length);
    await breathe(signal);
  }
}
