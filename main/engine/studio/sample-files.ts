import path from 'node:path';
import type { Drawing } from '@shared/contract';
import { type Signal, type StoredArray, valuesOf } from '@shared/specs';
import { makeFolder, replaceFile } from '../../files';
import { filesOf } from '../media/kinds/files';
import type { LoadedPrior, LoadedVectorRun } from '../training';
import { comfortableBatch } from '../training/inference';
import { type DrawnFrom, drawVectors } from './draw';
import { breathe } from './long-jobs';
import { samplesOf } from './vector-samples';
import { tesseraVersion } from './version';

export interface SampleFilesRequest {
  model: LoadedVectorRun;
  from: DrawnFrom;
  count: number;
  seed: number;
  /** Folder for the files, made if missing. */
  directory: string;
  signal: AbortSignal;
  onProgress(done: number, total: number): void;
}

/**
 * Draws vectors and writes what each decodes to as `sample-001.png` and so on. Each file carries its recipe, a PNG as JSON
 * in a text chunk named `tessera`: run, step, hash of the weights, what it was drawn from, seed and number.
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
  const { signal: shape, run, step, weightsHash } = model.info;
  const itemValues = valuesOf(shape);
  const source = from === 'prior' ? { from } : { from: 'mixture', components: from.components };
  const { length } = model.latent;
  const vectors = drawVectors(from, length, count, seed);
  const write = itemWriter(directory, count, shape);
  const files: string[] = [];
  const batch = comfortableBatch(shape);
  for (let at = 0; at < count; at += batch) {
    const some = Math.min(batch, count - at);
    const items = model.decode(vectors.subarray(at * length, (at + some) * length), some);
    for (let i = 0; i < some; i++) {
      const number = at + i + 1;
      const item = items.subarray(i * itemValues, (i + 1) * itemValues);
      files.push(await write(item, number, { run, step, weightsHash, ...source, seed }));
    }
    onProgress(at + some, count);
    await breathe(signal);
  }
  return { files };
}

/** Samples that are drawn and decoded before they are written. */
const PAGE = 64;

/**
 * Draws from a prior and writes what the codes decode to, as `sampleFiles` does; the recipe has the settings of the
 * drawing and the autoencoder as well. Sample n is the one that the page's Samples screen draws with the same settings.
 * @throws BAD_REQUEST naming a setting; DISK; CANCELLED
 */
export async function samplePriorFiles(
  prior: LoadedPrior,
  { directory, ...drawing }: Drawing & { directory: string },
  { signal, onProgress }: { signal: AbortSignal; onProgress(done: number, total: number): void },
): Promise<{ files: string[] }> {
  const { first, count, given: _given, ...settings } = drawing;
  const { signal: shape, run, step, weightsHash } = prior.info;
  const itemValues = valuesOf(shape);
  const autoencoder = { run: prior.manifest.codes?.run, weightsHash: prior.autoencoder.info.weightsHash };
  const write = itemWriter(directory, first + count, shape);
  const files: string[] = [];
  for (let at = 0; at < count; at += PAGE) {
    const some = Math.min(PAGE, count - at);
    const { pictures } = await samplesOf(
      prior,
      { ...drawing, first: first + at, count: some },
      { signal, onProgress: (done) => onProgress(at + done, count) },
    );
    for (let i = 0; i < some; i++) {
      const number = first + at + i + 1;
      const item = pictures.data.subarray(i * itemValues, (i + 1) * itemValues);
      files.push(await write(item, number, { run, step, weightsHash, autoencoder, ...settings }));
    }
    onProgress(at + some, count);
    await breathe(signal);
  }
  return { files };
}

/**
 * Makes the folder; the function writes an item as `sample-<number>` with the medium's ending and its recipe in it, and
 * answers the file's name. Throws DISK.
 * @param most the largest number, which decides on leading zeros
 */
function itemWriter(directory: string, most: number, signal: Signal) {
  makeFolder(directory);
  const digits = Math.max(3, String(most).length);
  const { ending, save } = filesOf(signal);
  return async (item: StoredArray, number: number, recipe: object): Promise<string> => {
    const file = path.join(directory, `sample-${String(number).padStart(digits, '0')}.${ending}`);
    replaceFile(file, await save(signal, item, { tessera: tesseraVersion, ...recipe, number }));
    return file;
  };
}
