import { statfs } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { AppError } from '@shared/errors';
import type { ImportOptions } from '@shared/specs/dataset';
import { type Signal, bytesOf } from '@shared/specs/media';
import { defaultLimits, humanBytes, type ImportLimits } from '../limits';
import type { Converted, ItemReader } from '../kinds/kind';
import { createPackWriter } from '../pack';
import { openSources, stemOf, type Source } from '../sources';
import { createLedger, type Ledger } from './ledger';
import { inOrder } from './ordered';
import { createProgress, type ImportProgress } from './progress';
import { createSkippedFiles, type SkippedFiles } from './skipped';
import { survey, type NamedSource, type Survey } from './survey';
import { tasksOf, type Task } from './tasks';

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

/** Items under way at once, per core: keeps the decoder's threads fed. */
const UNDER_WAY_PER_CORE = 8;
/**
 * Turns folders, archives and files of a medium's items into a dataset in `staging`: walks them once to find medium, signal,
 * classes and splits, then again to decode. Memory does not grow with the number of items (only with the lengths of lists beside
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
  const collections = found.collected.flatMap(({ collections: byPath }) => [...byPath.values()].flat());
  const { signal: chosen, notes } = found.reader.choose(collections);
  notes.push(...found.layout.notes, ...found.listings.flatMap((listing) => listing.notes));
  notes.push(...found.collected.flatMap((collected) => collected.notes));

  const whole: Whole = { request, sources, found, progress, signal };
  const outcome = await packAll(whole, chosen, notes);
  if (!('instead' in outcome)) return outcome;
  notes.push(outcome.note);
  const again = await packAll(whole, outcome.instead, notes);
  if ('instead' in again) throw new AppError('INTERNAL', 'The items asked for a third signal.');
  return again;
}

/** All that an import knows once it has looked at its sources. */
interface Whole {
  request: ImportRequest;
  sources: readonly NamedSource[];
  found: Survey;
  progress: ReturnType<typeof createProgress>;
  signal: AbortSignal;
}

/**
 * Makes everything into the pack. It ends at the first item that shows that all need another signal, as colour where all
 * pictures were taken to be grey, says so, and leaves nothing.
 */
async function packAll(
  { request, sources, found, progress, signal }: Whole,
  itemSignal: Signal,
  notes: readonly string[],
): Promise<ImportOutcome | Extract<Converted, { instead: unknown }>> {
  const { options, staging } = request;
  const writer = await createPackWriter(staging, itemSignal);
  try {
    await requireRoom(staging, found.items * bytesOf(itemSignal));
    progress.begin('reading', found.total);
    const skipped = createSkippedFiles();
    const conversion = found.reader.convert(itemSignal);
    const ledger = createLedger(found, options, itemSignal, conversion);
    const tasks = tasksOf(sources, found, signal, skipped.add);
    const make = async (task: Task) => ({ task, items: await conversion.convert(task.name, task.content) });
    for await (const { task, items } of inOrder(tasks, make, UNDER_WAY_PER_CORE * availableParallelism())) {
      signal.throwIfAborted();
      for (const item of items) {
        if ('instead' in item) {
          await writer.discard();
          return item;
        }
        if ('skipped' in item) skipped.add(item.name, item.skipped);
        else await writer.add(item.data, ledger.enter(task, item));
      }
      progress.step(ledger.count + skipped.count, skipped.count);
    }
    requireItems(found.reader, ledger, skipped);

    progress.begin('finishing', null);
    const name = options.name ?? (request.sourceName ? stemOf(request.sourceName) : sources[0]!.source.name);
    const told = [...notes, ...sources.flatMap(({ source }) => source.notes()), ...ledger.notes()];
    const report = { skipped: skipped.list(), skippedCount: skipped.count, notes: told };
    await writer.finish(
      {
        version: 1,
        name,
        signal: itemSignal,
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
async function requireRoom(directory: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  if (needed > bavail * bsize) {
    throw new AppError(
      'DISK',
      `The dataset needs ${humanBytes(needed)}, but ${humanBytes(bavail * bsize)} are free.`,
      'Make room or choose a smaller size.',
    );
  }
}

function requireItems(reader: ItemReader, { count, splits }: Ledger, skipped: SkippedFiles): void {
  const [first] = skipped.list();
  const example = first === undefined ? '' : ` First of ${skipped.count} skipped: ${first.file}: ${first.reason}.`;
  if (count === 0) throw reader.nothing('all', example);
  if (splits.train === 0) throw reader.nothing('train', example);
}
