import { AppError } from '@shared/errors';
import type { ImportOptions } from '@shared/specs/dataset';
import { mediaFiles } from '../kinds/files';
import type { Collected, ItemReader } from '../kinds/kind';
import type { ImportLimits } from '../limits';
import { wholeNumber } from '../numbers';
import { baseOf, folderOf, type Source } from '../sources';
import { createFolderCount, inferLayout, sortClasses, type Layout } from './layout';
import { createListingCollector, type ListingCollector, type Listings } from './listings';

/** A source of an import, and what stands before its paths when there are several. */
export interface NamedSource {
  source: Source;
  prefix: string;
}

/** What the first walk over all sources found: enough to know medium, signal, classes, splits and the number to expect. */
export interface Survey {
  /** Reads the items of the medium that most of them are of. */
  reader: ItemReader;
  /** Files and items of collections that the second walk will deal with. */
  total: number;
  /** Items among them, if all can be read. */
  items: number;
  layout: Layout;
  /** What lists beside the items say, by source. */
  listings: Listings[];
  classes: string[];
  /** Whether folders or file names say what is held out. */
  splitsGiven: boolean;
  /** By source, in their order. */
  collected: Collected[];
}

/** What the first walk finds of one medium. */
interface Finds {
  reader: ItemReader;
  /** Items that files are, or become. */
  inFiles: number;
  /** Items in collections. */
  inCollections: number;
  folders: ReturnType<typeof createFolderCount>;
  collected: Collected[];
}

/** Walks the sources once, reading only what decides how to import: labels, headers, and a sample of the items. */
export async function survey(
  sources: readonly NamedSource[],
  options: ImportOptions,
  limits: ImportLimits,
  signal: AbortSignal,
  onFile: (seen: number) => void,
): Promise<Survey> {
  const media = [...mediaFiles.values()].map((files): Finds => ({
    reader: files.reader(options, limits, signal),
    inFiles: 0,
    inCollections: 0,
    folders: createFolderCount(),
    collected: [],
  }));
  const listers: ListingCollector[] = [];
  let seen = 0;

  const count = (): void => {
    seen += 1;
    if (seen > limits.entries)
      throw new AppError(
        'LIMIT',
        `There are more than ${wholeNumber(limits.entries)} files to import.`,
        'Import a part of them.',
      );
    onFile(seen);
  };

  for (const { source, prefix } of sources) {
    const looks = media.map((finds) => ({ finds, look: finds.reader.look(source) }));
    const lister = createListingCollector();
    for await (const file of source.files({ signal, refuse: count })) {
      signal.throwIfAborted();
      count();
      const own = await firstThat(looks, ({ look }) => look.recognise(file));
      if (own === undefined) {
        await lister.examine(file);
        continue;
      }
      const { finds, look } = own;
      finds.inFiles += await look.count(file);
      finds.folders.add(placeOf(prefix, file.path), baseOf(file.path));
      if (finds.folders.folders.size > limits.folders)
        throw new AppError(
          'LIMIT',
          `Pictures lie in more than ${wholeNumber(limits.folders)} folders.`,
          'Import a part of them.',
        );
      await look.sample(file);
    }
    for (const { finds, look } of looks) {
      const collected = look.finish();
      finds.collected.push(collected);
      for (const { count: size } of [...collected.collections.values()].flat()) finds.inCollections += size;
      if (finds.inFiles + finds.inCollections > limits.entries)
        throw new AppError(
          'LIMIT',
          `There are more than ${wholeNumber(limits.entries)} pictures to import.`,
          'Import a part of them.',
        );
    }
    listers.push(lister);
  }

  const { reader, inFiles, inCollections, folders, collected } = mostFound(media);
  const layout = inferLayout(folders.folders);
  const listings: Listings[] = [];
  for (const [index, { source, prefix }] of sources.entries()) {
    const found = await listers[index]!.finish(source, prefix, layout, signal);
    for (const path of found.used) collected[index]!.companions.add(path);
    for (const [path, reason] of found.refused) collected[index]!.refused.set(path, reason);
    listings.push(found);
  }
  const collections = collected.flatMap(({ collections: byPath }) => [...byPath.values()].flat());
  const filesOfCollections = collected.reduce(
    (sum, { collections: byPath, companions }) => sum + byPath.size + companions.size,
    0,
  );

  const splits = new Set([
    ...collections.map(({ split }) => split),
    ...[...folders.folders.keys()].map(layout.splitOf),
  ]);
  return {
    reader,
    total: seen - filesOfCollections + inCollections,
    items: inFiles + inCollections - layout.leftOutCount,
    layout,
    listings,
    classes: mergeClasses(
      sortClasses([...new Set([...layout.classes, ...listings.flatMap(({ classes }) => classes)])]),
      collections.flatMap((collection) => collection.classes()),
    ),
    splitsGiven: (splits.has('train') && splits.has('test')) || listings.some(({ splitsGiven }) => splitsGiven),
    collected,
  };
}

/** The folder of a file, below what its source is called. */
export const placeOf = (prefix: string, path: string): string => (prefix + folderOf(path)).replace(/\/$/, '');

/** The medium with the most items; the first one where none has any. */
function mostFound(media: readonly Finds[]): Finds {
  const found = ({ inFiles, inCollections }: Finds): number => inFiles + inCollections;
  return media.reduce((most, finds) => (found(finds) > found(most) ? finds : most));
}

async function firstThat<T>(all: readonly T[], is: (one: T) => Promise<boolean>): Promise<T | undefined> {
  for (const one of all) if (await is(one)) return one;
  return undefined;
}

/**
 * Classes in the order that collections declare (CIFAR's names), then the folders' classes; numbers always by value.
 */
function mergeClasses(folders: readonly string[], declared: readonly string[]): string[] {
  const all = [...new Set([...declared, ...folders])];
  return all.every((name) => /^\d+$/.test(name)) ? sortClasses(all) : all;
}
