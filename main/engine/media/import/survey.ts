import { AppError } from '@shared/errors';
import type { ImportOptions } from '@shared/specs/dataset';
import { createCollector, type Collected } from '../collections';
import { examinePicture } from '../decode';
import { formatOfEnding, sniff, SNIFF_BYTES } from '../formats';
import type { ImportLimits } from '../limits';
import { wholeNumber } from '../numbers';
import { baseOf, endingOf, folderOf, type Source, type SourceFile } from '../sources';
import { framesIn, mayHaveFrames } from './frames';
import { createFolderCount, inferLayout, sortClasses, type Layout } from './layout';
import { createListingCollector, type ListingCollector, type Listings } from './listings';
import { createSampler } from './sampler';
import type { Sample } from './shape';

/** A source of an import, and what stands before its paths when there are several. */
export interface NamedSource {
  source: Source;
  prefix: string;
}

/** What the first walk over all sources found: enough to know shape, classes, splits and the number to expect. */
export interface Survey {
  /** Files and pictures the second walk will deal with. */
  total: number;
  /** Pictures among them, if all can be read. */
  pictures: number;
  samples: Sample[];
  layout: Layout;
  /** What lists beside the pictures say, by source. */
  listings: Listings[];
  classes: string[];
  /** Whether folders or file names say what is held out. */
  splitsGiven: boolean;
  /** By source, in their order. */
  collected: Collected[];
}

/** Walks the sources once, reading only what decides how to import: labels, headers, and a sample of the pictures. */
export async function survey(
  sources: readonly NamedSource[],
  options: Pick<ImportOptions, 'range' | 'frames'>,
  limits: ImportLimits,
  signal: AbortSignal,
  onFile: (seen: number) => void,
): Promise<Survey> {
  const sampler = createSampler<Sample>();
  const { add: countPicture, folders } = createFolderCount();
  const collected: Collected[] = [];
  const listers: ListingCollector[] = [];
  let seen = 0;
  let pictures = 0;
  let colourSeen = false;

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
  const sample = async (file: SourceFile): Promise<void> => {
    try {
      const seenSample = await examinePicture(await file.read(), !colourSeen, limits);
      sampler.keep(seenSample);
      colourSeen ||= !seenSample.grey;
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown; // the second walk reports what can't be read
    }
  };

  for (const { source, prefix } of sources) {
    const collector = createCollector({ limits, signal, range: options.range, sequential: source.sequential });
    const lister = createListingCollector();
    for await (const file of source.files({ signal, refuse: count })) {
      signal.throwIfAborted();
      count();
      if (!(await isPicture(file, collector.examine))) {
        await lister.examine(file);
        continue;
      }
      const hasFrames = options.frames === 'all' && mayHaveFrames(file.path);
      pictures += hasFrames ? (await framesIn(() => file.read())).frames.pages.length : 1;
      countPicture(placeOf(prefix, file.path), baseOf(file.path));
      if (folders.size > limits.folders)
        throw new AppError(
          'LIMIT',
          `Pictures lie in more than ${wholeNumber(limits.folders)} folders.`,
          'Import a part of them.',
        );
      if (sampler.wants()) await sample(file);
    }
    collected.push(collector.finish());
    listers.push(lister);
  }

  const collections = collected.flatMap(({ collections: byPath }) => [...byPath.values()].flat());
  for (const { count: size, width, height, channels } of collections) {
    pictures += size;
    if (pictures > limits.entries)
      throw new AppError(
        'LIMIT',
        `There are more than ${wholeNumber(limits.entries)} pictures to import.`,
        'Import a part of them.',
      );
    for (let i = 0; i < size; i++) if (sampler.wants()) sampler.keep({ width, height, grey: channels === 1 });
  }
  const layout = inferLayout(folders);
  const listings: Listings[] = [];
  for (const [index, { source, prefix }] of sources.entries()) {
    const found = await listers[index]!.finish(source, prefix, layout, signal);
    for (const path of found.used) collected[index]!.companions.add(path);
    for (const [path, reason] of found.refused) collected[index]!.refused.set(path, reason);
    listings.push(found);
  }
  const inCollections = collections.reduce((sum, { count: size }) => sum + size, 0);
  const ofCollections = collected.reduce(
    (sum, { collections: byPath, companions }) => sum + byPath.size + companions.size,
    0,
  );

  const splits = new Set([...collections.map(({ split }) => split), ...[...folders.keys()].map(layout.splitOf)]);
  return {
    total: seen - ofCollections + inCollections,
    pictures: pictures - layout.leftOutCount,
    samples: sampler.kept(),
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

/** Whether to import a file as one picture: by its ending, else by its first bytes. */
async function isPicture(
  file: SourceFile,
  examine: (file: SourceFile, head: Uint8Array) => Promise<boolean>,
): Promise<boolean> {
  if (formatOfEnding(endingOf(file.path)) !== null) return true;
  let head: Uint8Array;
  try {
    head = await file.head(SNIFF_BYTES);
  } catch (thrown) {
    if (thrown instanceof AppError) return false;
    throw thrown;
  }
  if ('format' in sniff(head, file.path)) return true;
  await examine(file, head);
  return false;
}

/**
 * Classes in the order that collections declare (CIFAR's names), then the folders' classes; numbers always by value.
 */
function mergeClasses(folders: readonly string[], declared: readonly string[]): string[] {
  const all = [...new Set([...declared, ...folders])];
  return all.every((name) => /^\d+$/.test(name)) ? sortClasses(all) : all;
}
