import { AppError } from '@shared/errors';
import { noTexts, type ItemTexts, type Split } from '@shared/specs/dataset';
import type { Collection, ItemReader } from '../kinds/kind';
import { wholeNumber } from '../numbers';
import { baseOf, type SourceFile } from '../sources';
import { placeOf, type NamedSource, type Survey } from './survey';

/** Items to make: out of a file, out of some frames of it, or one of a collection. */
export interface Task {
  /** What the items are named after. */
  name: string;
  /** Name of their class. */
  label: string | null;
  /** The split that their folder or file name speaks of. */
  split: Split | null;
  /** The file's captions, tags and fields, which each of its frames has. */
  texts: ItemTexts;
  /** What the medium makes them from. */
  content: unknown;
}

/** Told of everything that becomes no item. */
export type Skip = (file: string, reason: string) => void;

/**
 * Walks the sources a second time and gives everything to make items from, in order. Where files come as a stream (tar), a
 * file is read here, since the next one can't be reached before; else by whoever takes the task.
 */
export async function* tasksOf(
  sources: readonly NamedSource[],
  found: Survey,
  signal: AbortSignal,
  skip: Skip,
): AsyncGenerator<Task> {
  const { reader, layout } = found;
  for (const [index, { source, prefix }] of sources.entries()) {
    const { collections, companions, refused } = found.collected[index]!;
    const listing = found.listings[index]!;
    const refuse = (path: string, reason: string): void => skip(prefix + path, reason);
    for await (const file of source.files({ signal, refuse })) {
      if (companions.has(file.path)) continue;
      const held = collections.get(file.path);
      if (held !== undefined) {
        for (const collection of held) yield* collectedTasks(reader, collection, file, prefix, signal, refuse);
        continue;
      }
      const folder = placeOf(prefix, file.path);
      const reason = refused.get(file.path) ?? (await reader.reasonToSkip(file)) ?? layout.leftOut(folder);
      if (reason !== null) {
        refuse(file.path, reason);
        continue;
      }
      const load = source.sequential ? await readNow(file) : (): Promise<Uint8Array> => file.read();
      const name = prefix + file.path;
      const about = {
        name,
        label: listing.classOf(file.path) ?? layout.classOf(folder, baseOf(file.path)),
        split: layout.splitOf(folder) ?? listing.splitOf(file.path),
        texts: listing.textsOf(file.path),
      };
      for await (const content of reader.contents(file, name, load)) yield { ...about, content };
    }
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
  reader: ItemReader,
  collection: Collection,
  file: SourceFile,
  prefix: string,
  signal: AbortSignal,
  skip: Skip,
): AsyncGenerator<Task> {
  const name = prefix + collection.name;
  let count = 0;
  try {
    for await (const { content, label } of reader.collected(collection, file)) {
      signal.throwIfAborted();
      yield { name: `${name}#${count}`, label, split: collection.split, texts: noTexts, content };
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
 * A checksum is known to be wrong, and a bomb to be one, when items were given out already: none of them can be trusted,
 * and which of the others came from where can no longer be known.
 */
function refusedWhole(file: string, cause: AppError): AppError {
  const hint = cause.code === 'BAD_FILE' ? 'Copy or download it again. Nothing was imported.' : 'Nothing was imported.';
  return new AppError(cause.code, `${file} can’t be imported: ${cause.message}.`, hint, { field: 'sources', cause });
}
