import type { ProgressReport } from '@shared/contract';
import { latentSize, valuesOf } from '@shared/specs';
import type { LoadedRun } from '../training';
import { type LatentRows, comfortableBatch } from '../training/inference';
import { breathe } from './long-jobs';
import { pictureShapeOf } from './pictures';
import { createProgress } from './progress';
import { type Skipped, sourcePictures } from './source-pictures';

export interface EncodeSourcesRequest {
  model: LoadedRun;
  /** Absolute paths of picture files, folders or archives of them. */
  sources: readonly string[];
  signal: AbortSignal;
  onProgress(progress: ProgressReport): void;
}

export interface EncodedSources extends Skipped {
  /** [N, latentSize] */
  rows: LatentRows;
  /** One a picture. */
  names: string[];
}

/**
 * Encodes pictures, as they come.
 * @throws as `sourcePictures`
 */
export async function encodeSources({
  model,
  sources,
  signal,
  onProgress,
}: EncodeSourcesRequest): Promise<EncodedSources> {
  const { signal: shape } = model.info;
  const itemBytes = valuesOf(shape);
  const report = createProgress('encoding', onProgress);
  const batch = comfortableBatch(shape);
  const pixels = new Uint8Array(batch * itemBytes);
  const names: string[] = [];
  const encoded: LatentRows[] = [];
  let waiting = 0;
  const found = sourcePictures(sources, pictureShapeOf(model), signal);
  const encodeWaiting = async (): Promise<void> => {
    if (waiting > 0) encoded.push(model.encode(pixels.subarray(0, waiting * itemBytes), waiting));
    waiting = 0;
    report(names.length, null, found.skippedCount);
    await breathe(signal);
  };

  for await (const picture of found.pictures) {
    pixels.set(picture.pixels, waiting * itemBytes);
    names.push(picture.name);
    waiting += 1;
    if (waiting === batch) await encodeWaiting();
  }
  await encodeWaiting();
  const size = latentSize(model.latent);
  const rows = model.kind === 'codes' ? new Int32Array(names.length * size) : new Float32Array(names.length * size);
  encoded.forEach((some, i) => rows.set(some, i * batch * size));
  return { rows, names, skipped: found.skipped, skippedCount: found.skippedCount };
}
