import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { replaceFile } from '../../files';
import { encodePng, withPngText } from '../media';
import type { LoadedVectorRun } from '../training';
import { comfortableBatch } from '../training/inference';
import { type DrawnFrom, drawVectors } from './draw';
import { breathe } from './long-jobs';
import { tesseraVersion } from './version';

export interface SampleFilesRequest {
  model: LoadedVectorRun;
  from: DrawnFrom;
  count: number;
  seed: number;
  /** Folder for the pictures, made if missing. */
  directory: string;
  signal: AbortSignal;
  onProgress(done: number, total: number): void;
}

/** Name of the PNG's text that says how a picture was made. */
export const RECIPE = 'tessera';

/**
 * Draws vectors and writes what each decodes to as `sample-001.png` and so on. Each file carries its recipe as JSON in a text
 * chunk named `tessera`: run, step, hash of the weights, what it was drawn from, seed and number.
 * @throws DISK; CANCELLED
 */
export async function sampleFiles({
  model,
  from,
  count,
  seed,
  directory,
  signal,
  onProgress,
}: SampleFilesRequest): Promise<{ files: string[] }> {
  const { image, run, step, weightsHash } = model.info;
  const itemBytes = image.height * image.width * image.channels;
  const digits = Math.max(3, String(count).length);
  const source = from === 'prior' ? { from } : { from: 'mixture', components: from.components };
  const { length } = model.latent;
  const vectors = drawVectors(from, length, count, seed);
  mkdirSync(directory, { recursive: true });
  const files: string[] = [];
  const batch = comfortableBatch(image);
  for (let at = 0; at < count; at += batch) {
    const some = Math.min(batch, count - at);
    const pixels = model.decode(vectors.subarray(at * length, (at + some) * length), some);
    for (let i = 0; i < some; i++) {
      const number = at + i + 1;
      const recipe = { tessera: tesseraVersion, run, step, weightsHash, ...source, seed, number };
      const png = await encodePng(pixels.subarray(i * itemBytes, (i + 1) * itemBytes), image);
      const file = path.join(directory, `sample-${String(number).padStart(digits, '0')}.png`);
      replaceFile(file, withPngText(png, RECIPE, JSON.stringify(recipe)));
      files.push(file);
    }
    onProgress(at + some, count);
    await breathe(signal);
  }
  return { files };
}
