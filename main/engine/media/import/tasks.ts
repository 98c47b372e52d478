import { AppError } from '@shared/errors';
import { noTexts, type ImportOptions, type ItemTexts, type Split } from '@shared/specs/dataset';
import type { Collection } from '../collections';
import { formatOfEnding, sniff, SNIFF_BYTES } from '../formats';
import { wholeNumber } from '../numbers';
import type { RawImage } from '../raw';
import { baseOf, endingOf, type SourceFile } from '../sources';
import { rangeOfTiff, tiffNumbers } from '../tiff-numbers';
import type { ChosenRange, ValueRange } from '../value-range';
import { framesIn, mayHaveFrames } from './frames';
import { placeOf, type NamedSource, type Survey } from './survey';

/** One item to make: from a picture file still to be decoded, or from pixels out of a collection. */
export interface Task {
  name: string;
  /** Name of its class. */
  label: string | null;
  /** The split its folder or file name speaks of. */
  split: Split | null;
  /** The file's captions, tags and fields, which each of its frames has. */
  texts: ItemTexts;
  content: { load: () => Promise<Uint8Array>; pages?: readonly Page[] } | { raw: RawImage };
  /** Which numbers are black and white, in a TIFF of other numbers than bytes. */
  range: ChosenRange | ValueRange;
}

/** A page or frame of a file: as the decoder numbers it, and as its name does, from 1. */
export interface Page {
  page: number;
  number: number;
}

/** Pages that one task takes together: they share one reading of the file. */
const PAGES_PER_TASK = 16;

/** Told of everything that becomes no item. */
export type Skip = (file: string, reason: string) => void;

/**
 * Walks the sources a second time and gives every item to make, in order. Where files come as a stream (tar), a picture
 * is read here, since the next file can't be reached before; else by whoever takes the task.
 */
export async function* tasksOf(
  sources: readonly NamedSource[],
  found: Survey,
  options: Pick<ImportOptions, 'frames' | 'range'>,
  signal: AbortSignal,
  skip: Skip,
): AsyncGenerator<Task> {
  for (const [index, { source, prefix }] of sources.entries()) {
    const { collections, companions, refused } = found.collected[index]!;
    const listing = found.listings[index]!;
    const refuse = (path: string, reason: string): void => skip(prefix + path, reason);
    for await (const file of source.files({ signal, refuse })) {
      if (companions.has(file.path)) continue;
      const held = collections.get(file.path);
      if (held !== undefined) {
        for (const collection of held) yield* collectedTasks(collection, file, prefix, signal, refuse);
        continue;
      }
      const folder = placeOf(prefix, file.path);
      const reason = refused.get(file.path) ?? (await reasonToSkip(file)) ?? found.layout.leftOut(folder);
      if (reason !== null) {
        refuse(file.path, reason);
        continue;
      }
      const load = source.sequential ? await readNow(file) : (): Promise<Uint8Array> => file.read();
      const task: Task = {
        name: prefix + file.path,
        label: listing.classOf(file.path) ?? found.layout.classOf(folder, baseOf(file.path)),
        split: found.layout.splitOf(folder) ?? listing.splitOf(file.path),
        texts: listing.textsOf(file.path),
        content: { load },
        range: options.range,
      };
      if (options.frames === 'all' && mayHaveFrames(file.path)) yield* pageTasks(task, load);
      else yield task;
    }
  }
}

/** A task for every few pages of a file; the file's own where it has but one. */
async function* pageTasks(task: Task, load: () => Promise<Uint8Array>): AsyncGenerator<Task> {
  const { bytes, frames } = await framesIn(load);
  if (bytes === null || frames.pages.length < 2) {
    yield task;
    return;
  }
  const range = await rangeOfPages(task, bytes, frames.pages);
  const pages = frames.pages.map((page, at) => ({ page, number: at + 1 }));
  for (let at = 0; at < pages.length; at += PAGES_PER_TASK)
    yield { ...task, range, content: { load, pages: pages.slice(at, at + PAGES_PER_TASK) } };
}

/** The range of all pages of a TIFF together, where it needs one. */
async function rangeOfPages(task: Task, bytes: Uint8Array, pages: readonly number[]): Promise<Task['range']> {
  const sniffed = sniff(bytes);
  if (!('format' in sniffed) || sniffed.format !== 'tiff' || typeof task.range !== 'string') return task.range;
  try {
    const numbers = tiffNumbers(bytes, task.range);
    return numbers === null ? task.range : await rangeOfTiff(bytes, numbers, pages, task.name, task.range);
  } catch {
    return task.range; // whoever decodes a page says what is wrong with it
  }
}

/** Null for a file to decode; a look at its first bytes saves reading a video to learn that it is no picture. */
async function reasonToSkip(file: SourceFile): Promise<string | null> {
  if (formatOfEnding(endingOf(file.path)) !== null) return null;
  try {
    const sniffed = sniff(await file.head(SNIFF_BYTES), file.path);
    return 'other' in sniffed ? sniffed.other : null;
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown.message;
    throw thrown;
  }
}

async function readNow(file: SourceFile): Promise<() => Promise<Uint8Array>> {
  try {
    const bytes = await file.read();
    return async () => bytes;
  } catch (thrown) {
    return () => Promise.reject(thrown);
  }
}

async function* collectedTasks(
  collection: Collection,
  file: SourceFile,
  prefix: string,
  signal: AbortSignal,
  skip: Skip,
): AsyncGenerator<Task> {
  const { height, width, channels } = collection;
  const name = prefix + collection.name;
  let count = 0;
  try {
    for await (const { pixels, label } of collection.pictures(file)) {
      signal.throwIfAborted();
      yield {
        name: `${name}#${count}`,
        label,
        split: collection.split,
        texts: noTexts,
        content: { raw: { height, width, channels, pixels } },
        range: 'auto',
      };
      count += 1;
    }
  } catch (thrown) {
    throw thrown instanceof AppError ? refusedWhole(prefix + file.path, thrown) : thrown;
  }
  if (count < collection.count)
    skip(
      file.path,
      `only ${wholeNumber(count)} of its ${wholeNumber(collection.count)} pictures could be read: the file ends there`,
    );
}

/**
 * A checksum is known to be wrong, and a bomb to be one, when pictures were given out already: none of them can be
 * trusted, and which of the others came from where can no longer be known.
 */
function refusedWhole(file: string, cause: AppError): AppError {
  const hint = cause.code === 'BAD_FILE' ? 'Copy or download it again. Nothing was imported.' : 'Nothing was imported.';
  return new AppError(cause.code, `${file} can’t be imported: ${cause.message}.`, hint, { field: 'sources', cause });
}
