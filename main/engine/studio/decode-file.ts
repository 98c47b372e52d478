import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ProgressReport } from '@shared/contract';
import { AppError } from '@shared/errors';
import { latentSize, valuesOf } from '@shared/specs';
import { filesOf } from '../media/kinds/files';
import type { LoadedRun } from '../training';
import { type LatentRows, comfortableBatch } from '../training/inference';
import { makeFolder, replaceFile } from '../../files';
import { decodeRows } from './latents';
import { readLatents } from './latent-file';
import { breathe } from './long-jobs';
import { createProgress } from './progress';

export interface DecodeFileRequest {
  model: LoadedRun;
  /** A latent file. */
  source: string;
  /** Folder for the files, made if missing. */
  directory: string;
  signal: AbortSignal;
  onProgress(progress: ProgressReport): void;
}

/**
 * Decodes all latents of a file into files of the medium, PNG of pictures, named after what they were made from.
 * @throws NOT_FOUND, BAD_FILE and CONFLICT for the latent file, before anything is written; DISK; CANCELLED
 */
export async function decodeFile({
  model,
  source,
  directory,
  signal,
  onProgress,
}: DecodeFileRequest): Promise<{ files: string[] }> {
  const { rows, names } = naming(source, () => readLatents(readSource(source), model.info, false));
  return writeItems({ model, rows, names, directory, signal, onProgress });
}

/** Decodes rows [N, latentSize] into files of the medium named after what they were made from. @throws DISK; CANCELLED */
export async function writeItems({
  model,
  rows,
  names,
  directory,
  signal,
  onProgress,
}: Omit<DecodeFileRequest, 'source'> & { rows: LatentRows; names: readonly string[] }): Promise<{ files: string[] }> {
  const { signal: shape } = model.info;
  const count = names.length;
  const report = createProgress('decoding', onProgress);
  const size = latentSize(model.latent);
  const itemValues = valuesOf(shape);
  const medium = filesOf(shape);
  const files = fileNames(names, medium.ending).map((name) => path.join(directory, name));
  makeFolder(directory);
  const batch = comfortableBatch(shape);
  for (let at = 0; at < count; at += batch) {
    const some = Math.min(batch, count - at);
    const items = decodeRows(model, rows.subarray(at * size, (at + some) * size), some);
    for (let i = 0; i < some; i++) {
      const item = items.subarray(i * itemValues, (i + 1) * itemValues);
      replaceFile(files[at + i]!, await medium.save(shape, item));
    }
    report(at + some, count);
    await breathe(signal);
  }
  return { files };
}

/** What `read` gives; its BAD_FILE names the file. */
export function naming<T>(called: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'BAD_FILE') throw cause;
    throw new AppError(cause.code, `${called}: ${cause.message}`, cause.hint, { field: 'source', cause });
  }
}

/** @throws NOT_FOUND naming the file */
export function readSource(source: string): Uint8Array {
  try {
    return readFileSync(source);
  } catch (cause) {
    throw new AppError('NOT_FOUND', `${source} does not exist or can’t be opened.`, 'Check the path.', {
      field: 'source',
      cause,
    });
  }
}

/**
 * A file's name for each latent: the item's own without folders and ending, with nothing in it that a file system
 * minds; a name that is taken gets a number. Names come from a file, so none may lead out of the folder.
 */
export function fileNames(names: readonly string[], ending: string): string[] {
  const taken = new Set<string>();
  return names.map((name, i) => {
    const base = name.split(/[\\/]/).at(-1) ?? '';
    const stem = base
      .replace(/\.[^.]{1,5}$/, '')
      .replace(/[^\p{L}\p{N} _.()-]/gu, '_')
      .replace(/^[.\s]+|[.\s]+$/g, '')
      .slice(0, 100);
    let free = stem || `latent-${i + 1}`;
    for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${stem || 'latent'}-${number}`;
    taken.add(free.toLowerCase());
    return `${free}.${ending}`;
  });
}
