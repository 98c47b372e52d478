import { statfs } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { AppError } from '@shared/errors';
import type { ImportOptions } from '@shared/specs/dataset';
import type { PictureSignal } from '@shared/specs/media';
import { defaultLimits, humanBytes, type ImportLimits } from '../limits';
import { createPackWriter } from '../pack';
import type { TargetShape } from '../raw';
import { openSources, stemOf, type Source } from '../sources';
import { createConverter } from './convert';
import { createLedger, type Ledger } from './ledger';
import { inOrder } from './ordered';
import { createProgress, type ImportProgress } from './progress';
import { chooseShape } from './shape';
import { createSkippedFiles, type SkippedFiles } from './skipped';
import { survey, type NamedSource, type Survey } from './survey';
import { tasksOf } from './tasks';

export interface ImportRequest {
  /** Absolute paths of folders, archives and files. */
  sources: readonly string[];
  /** The folder to write to, missing or empty; the caller renames it into place, or removes it if the import fails. */
  staging: string;
  options: ImportOptions;
  /** What the sources are called in the manifest; default their own name. Paths are never written. */
  sourceName?: string;
  signal?: AbortSignal;
  onProgress?: (progress: ImportProgress) => void;
  limits?: Partial<ImportLimits>;
}

/** What an import did. */
export interface ImportOutcome {
  name: string;
  items: number;
  splits: { train: number; test: number };
  /** The first thousand; `skippedCount` counts all. */
  skipped: { file: string; reason: string }[];
  skippedCount: number;
  /** Captions, tags and values of fields that the items have. */
  captions: number;
  tags: number;
  fields: number;
  notes: string[];
}

/** Pictures under way at once, per core: keeps the decoder's threads fed. */
const UNDER_WAY_PER_CORE = 8;
/**
 * Turns folders, archives and files of pictures into a dataset in `staging`: walks them once to find shape, classes and
 * splits, then again to decode. Memory does not grow with the number of items (only with the lengths of lists beside
 * them). The same sources, options and seed give the same pack, items and splits. Throws CANCELLED, BAD_REQUEST,
 * NOT_FOUND (sources), BAD_FILE (an archive that can't be read, nothing to import), LIMIT (bombs), DISK.
 */
export async function importDataset(request: ImportRequest): Promise<ImportOutcome> {
  const signal = request.signal ?? new AbortController().signal;
  try {
    signal.throwIfAborted();
    return await run(request, signal);
  } catch (thrown) {
    if (signal.aborted) throw new AppError('CANCELLED', 'The import was cancelled; nothing was kept.');
    throw thrown;
  }
}

async function run(request: ImportRequest, signal: AbortSignal): Promise<ImportOutcome> {
  const { options } = request;
  const limits = { ...defaultLimits, ...request.limits };
  const progress = createProgress(request.onProgress ?? (() => undefined));
  const sources = nameSources(await openSources(request.sources, limits, options.nameEncoding));

  progress.begin('looking', null);
  const found = await survey(sources, options, limits, signal, (seen) => progress.step(seen, 0));
  const { shape, notes } = chooseShape(options, found.samples);
  notes.push(...found.layout.notes, ...found.listings.flatMap((listing) => listing.notes));
  notes.push(...found.collected.flatMap((collected) => collected.notes));

  const whole: Whole = { request, sources, found, limits, progress, signal };
  const outcome = await packAll(whole, shape, notes);
  if (!('coloured' in outcome)) return outcome;
  notes.push(`Imported in colour: ${outcome.coloured} has some, though others are grey.`);
  const coloured = await packAll(whole, { ...shape, channels: 3 }, notes);
  if ('coloured' in coloured) throw new AppError('INTERNAL', 'Pictures in colour were asked for.');
  return coloured;
}

/** All that an import knows once it has looked at its sources. */
interface Whole {
  request: ImportRequest;
  sources: readonly NamedSource[];
  found: Survey;
  limits: ImportLimits;
  progress: ReturnType<typeof createProgress>;
  signal: AbortSignal;
}

/**
 * Decodes everything into the pack. If all was to be grey because what was looked at first is, it ends at the first
 * picture that has colour, names it, and leaves nothing.
 */
async function packAll(
  { request, sources, found, limits, progress, signal }: Whole,
  shape: TargetShape,
  notes: readonly string[],
): Promise<ImportOutcome | { coloured: string }> {
  const { options, staging } = request;
  const believedGrey = options.colour === 'auto' && shape.channels === 1;
  const writer = await createPackWriter(staging, signalOf(shape));
  try {
    await requireRoom(staging, found.pictures, shape);
    progress.begin('reading', found.total);
    const skipped = createSkippedFiles();
    const ledger = createLedger(found, options, shape.channels);
    const tasks = tasksOf(sources, found, options, signal, skipped.add);
    const convert = createConverter(shape, limits, signal, believedGrey);
    for await (const items of inOrder(tasks, convert, UNDER_WAY_PER_CORE * availableParallelism())) {
      signal.throwIfAborted();
      for (const item of items) {
        if ('coloured' in item) {
          await writer.discard();
          return { coloured: item.name };
        }
        if ('skipped' in item) skipped.add(item.name, item.skipped);
        else await writer.add(item.pixels, ledger.enter(item));
      }
      progress.step(ledger.count + skipped.count, skipped.count);
    }
    requireItems(ledger, skipped);

    progress.begin('finishing', null);
    const name = options.name ?? (request.sourceName ? stemOf(request.sourceName) : sources[0]!.source.name);
    const told = [...notes, ...sources.flatMap(({ source }) => source.notes()), ...ledger.notes()];
    const report = { skipped: skipped.list(), skippedCount: skipped.count, notes: told };
    await writer.finish(
      {
        version: 1,
        name,
        signal: signalOf(shape),
        ...ledger.findings(),
        options,
        source: request.sourceName ?? sources.map(({ source }) => source.name).join(', '),
        ...report,
        licence: null,
        createdAt: new Date().toISOString(),
      },
      ledger.numbers(),
    );
    signal.throwIfAborted();
    return { name, items: ledger.count, splits: ledger.splits, ...ledger.texts, ...report };
  } finally {
    await writer.close();
  }
}

function signalOf({ height, width, channels }: TargetShape): PictureSignal {
  return { kind: 'picture', height, width, channels };
}

/**
 * Each of several folders or archives puts its name, made unique, before its paths; loose files and a lone source
 * don't.
 */
function nameSources(sources: readonly Source[]): NamedSource[] {
  const taken = new Map<string, number>();
  return sources.map((source) => {
    if (sources.length === 1 || source.kind === 'files') return { source, prefix: '' };
    const times = (taken.get(source.name) ?? 0) + 1;
    taken.set(source.name, times);
    return { source, prefix: times === 1 ? `${source.name}/` : `${source.name} (${times})/` };
  });
}

/** Fails early rather than fill the disk. */
async function requireRoom(
  directory: string,
  pictures: number,
  { height, width, channels }: TargetShape,
): Promise<void> {
  const needed = pictures * height * width * channels;
  const { bavail, bsize } = await statfs(directory);
  if (needed > bavail * bsize) {
    throw new AppError(
      'DISK',
      `The dataset needs ${humanBytes(needed)}, but ${humanBytes(bavail * bsize)} are free.`,
      'Make room or choose a smaller size.',
    );
  }
}

function requireItems({ count, splits }: Ledger, skipped: SkippedFiles): void {
  const [first] = skipped.list();
  const example = first === undefined ? '' : ` First of ${skipped.count} skipped: ${first.file}: ${first.reason}.`;
  if (count === 0) {
    const hint =
      'Tessera reads PNG, JPEG, WebP, AVIF, GIF, BMP, TIFF and PPM pictures, zip and tar archives of them, IDX, CIFAR, STL-10, .npz and .npy.';
    throw new AppError('BAD_FILE', `There is no picture to import.${example}`, hint);
  }
  if (splits.train === 0) {
    throw new AppError(
      'BAD_FILE',
      `None of the pictures to train on could be read.${example}`,
      'Look at the folder “train”.',
    );
  }
}
