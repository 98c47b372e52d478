import type { ProgressReport } from '@shared/contract';
import { AppError } from '@shared/errors';
import { latentSize } from '@shared/specs';
import { decodePictureFile } from '../media';
import { defaultLimits } from '../media/limits';
import { openSources, type SourceFile } from '../media/sources';
import type { LoadedRun } from '../training';
import { type LatentRows, comfortableBatch } from '../training/inference';
import { breathe } from './long-jobs';
import { createProgress } from './progress';

/** Files that were passed over are named up to this many. */
const MOST_LISTED = 100;

export interface EncodeSourcesRequest {
  model: LoadedRun;
  /** Absolute paths of picture files, folders or archives of them. */
  sources: readonly string[];
  signal: AbortSignal;
  onProgress(progress: ProgressReport): void;
}

/** Files that were passed over: the first hundred of them, and how many there were. */
export interface Skipped {
  skipped: { file: string; reason: string }[];
  skippedCount: number;
}

export interface EncodedSources extends Skipped {
  /** [N, latentSize] */
  rows: LatentRows;
  /** One a picture. */
  names: string[];
}

/**
 * Encodes pictures. One that was named itself must be readable; in a folder or an archive, what isn't a picture is passed over and
 * counted.
 * @throws NOT_FOUND, BAD_REQUEST, BAD_FILE, LIMIT naming the file; CANCELLED
 */
export async function encodeSources({
  model,
  sources,
  signal,
  onProgress,
}: EncodeSourcesRequest): Promise<EncodedSources> {
  const { image } = model.info;
  const itemBytes = image.height * image.width * image.channels;
  const report = createProgress('encoding', onProgress);
  const batch = comfortableBatch(image);
  const pixels = new Uint8Array(batch * itemBytes);
  const names: string[] = [];
  const encoded: LatentRows[] = [];
  let waiting = 0;
  const skipped: { file: string; reason: string }[] = [];
  let skippedCount = 0;
  const skip = (file: string, reason: string): void => {
    skippedCount += 1;
    if (skipped.length < MOST_LISTED) skipped.push({ file, reason });
  };
  const encodeWaiting = async (): Promise<void> => {
    if (waiting > 0) encoded.push(model.encode(pixels.subarray(0, waiting * itemBytes), waiting));
    waiting = 0;
    report(names.length, null, skippedCount);
    await breathe(signal);
  };

  for (const source of await openSources(sources, defaultLimits)) {
    const mustRead = source.kind === 'files';
    for await (const file of source.files({ signal, refuse: skip })) {
      const picture = await readFile(file, image).catch((thrown: unknown) => {
        if (mustRead || !(thrown instanceof AppError)) throw thrown;
        skip(file.path, thrown.message);
        return null;
      });
      if (picture === null) continue;
      pixels.set(picture, waiting * itemBytes);
      names.push(file.path);
      waiting += 1;
      if (waiting === batch) await encodeWaiting();
    }
  }
  await encodeWaiting();
  if (names.length === 0) {
    const [first] = skipped;
    const hint = first ? `${first.file}: ${first.reason}` : '';
    throw new AppError('BAD_FILE', 'There is no picture to encode.', hint, { field: 'sources' });
  }
  const size = latentSize(model.latent);
  const rows = model.kind === 'codes' ? new Int32Array(names.length * size) : new Float32Array(names.length * size);
  encoded.forEach((some, i) => rows.set(some, i * batch * size));
  return { rows, names, skipped, skippedCount };
}

async function readFile(file: SourceFile, image: LoadedRun['info']['image']): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await file.read();
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    throw new AppError(thrown.code, `${file.path}: ${thrown.message}.`, thrown.hint, { cause: thrown });
  }
  return (await decodePictureFile(file.path, bytes, image)).pixels;
}
