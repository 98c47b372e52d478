import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { ImportReport, LibraryContract, ProgressReport } from '@shared/contract';
import { AppError } from '@shared/errors';
import type { DatasetManifest, ImportOptions } from '@shared/specs/dataset';
import type { Bin } from '../bin';
import { readItemLines, type Catalogue, type DatasetRow } from '../catalogue';
import type { Supervisor } from '../engine';
import type { Events } from '../events';
import { syncFolder } from '../../files';
import { bytesIn, slug, uniqueId, type Staging, type WorkspacePaths } from '../workspace';
import { markBundled, readDatasetFolder, writeManifest } from './folder';
import { createPictureReader, type PictureReader } from './pictures';
import { reconcile } from './reconcile';

/** Pictures to import, and what to call where they came from. */
export interface ImportSource {
  paths: string[];
  name: string;
}

export interface ImportTask {
  source: ImportSource;
  options: ImportOptions;
  signal: AbortSignal;
  onProgress(report: ProgressReport): void;
  /** For a bundled sample: its id, and what its own description adds to the manifest. */
  bundled?: { id: string; amend(manifest: DatasetManifest): DatasetManifest };
}

export interface Datasets {
  readonly pictures: PictureReader;
  list(): DatasetRow[];
  /** Waits for the folders to be indexed before it throws NOT_FOUND. */
  get(id: string): Promise<DatasetRow>;
  folder(id: string): string;
  /** Pictures become a dataset, or nothing does. */
  import(task: ImportTask): Promise<ImportReport>;
  rename(id: string, name: string): Promise<DatasetRow>;
  /** Throws CONFLICT while `isInUse` says that a run trains on it. */
  remove(id: string): Promise<void>;
  /** Out of the bin: the entry `key`, or the one removed last. */
  restore(id: string, key?: string): Promise<DatasetRow>;
  /** Settled once the folders that were there at the start are listed. */
  readonly reconciled: Promise<void>;
  close(): Promise<void>;
}

export interface DatasetsOptions {
  paths: WorkspacePaths;
  catalogue: Catalogue;
  library: Supervisor<LibraryContract>;
  bin: Bin;
  staging: Staging;
  events: Events;
  /** The name of a run that trains on the dataset now, or null. */
  isInUse(dataset: string): string | null;
  warn(message: string): void;
}

export function createDatasets({
  paths,
  catalogue,
  library,
  bin,
  staging,
  events,
  isInUse,
  warn,
}: DatasetsOptions): Datasets {
  const pictures = createPictureReader();
  const folderOf = (id: string): string => path.join(paths.datasets, id);
  const changed = (id: string): void => events.emit('datasets.changed', { dataset: id });
  const isTaken = (id: string): boolean =>
    existsSync(folderOf(id)) || bin.has('dataset', id) || catalogue.known().some((row) => row.id === id);
  const reconciled = reconcile(catalogue, paths.datasets, {
    onAdded: changed,
    onBroken: (folder, error) => warn(`${folder} is left out: ${error.message}`),
  }).catch((error: unknown) => warn(`The catalogue could not be brought up to date: ${String(error)}`));

  const get = async (id: string): Promise<DatasetRow> => {
    const known = catalogue.get(id);
    if (known) return known;
    await reconciled;
    const row = catalogue.get(id);
    if (!row) throw new AppError('NOT_FOUND', `There is no dataset "${id}".`, '', { field: 'dataset' });
    return row;
  };

  const importPictures = async ({
    source,
    options,
    signal,
    onProgress,
    bundled,
  }: ImportTask): Promise<ImportReport> => {
    const workplace = staging.create();
    try {
      const report = await library.request(
        'library.import',
        { sources: source.paths, staging: workplace, options, sourceName: source.name },
        { signal, onProgress },
      );
      signal.throwIfAborted();
      let { manifest } = readDatasetFolder(workplace);
      if (bundled) {
        manifest = bundled.amend(manifest);
        writeManifest(workplace, manifest);
        markBundled(workplace, bundled.id);
      }
      const bytes = await bytesIn(workplace);
      const id = bundled?.id ?? uniqueId(slug(manifest.name, 'dataset'), isTaken);
      await catalogue.add(
        { id, manifest, bundled: bundled !== undefined, bytes },
        untilAborted(readItemLines(workplace), signal),
        () => {
          renameSync(workplace, folderOf(id));
          syncFolder(paths.datasets);
        },
      );
      changed(id);
      return { ...report, dataset: id, name: manifest.name };
    } finally {
      await staging.remove(workplace);
    }
  };

  return {
    pictures,
    list: catalogue.list,
    get,
    folder: folderOf,
    import: importPictures,
    rename: async (id, name) => {
      const { manifest } = await get(id);
      const renamed = { ...manifest, name };
      writeManifest(folderOf(id), renamed);
      catalogue.setManifest(id, renamed);
      changed(id);
      return get(id);
    },
    remove: async (id) => {
      await get(id);
      const user = isInUse(id);
      if (user !== null)
        throw new AppError('CONFLICT', `The run "${user}" trains on this dataset.`, 'Stop the run first.');
      await pictures.release(folderOf(id));
      bin.put(id, folderOf(id));
      catalogue.hide(id);
      changed(id);
    },
    restore: async (id, key) => {
      bin.takeOut('dataset', id, folderOf(id), key);
      // a command beside this workbench may have found the folder gone and the row useless
      if (catalogue.known().some((row) => row.id === id)) catalogue.show(id);
      else
        await catalogue.add(
          { id, ...readDatasetFolder(folderOf(id)), bytes: await bytesIn(folderOf(id)) },
          readItemLines(folderOf(id)),
        );
      changed(id);
      return get(id);
    },
    reconciled,
    close: async () => {
      await reconciled;
      await pictures.close();
    },
  };
}

async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  for await (const item of items) {
    signal.throwIfAborted();
    yield item;
  }
}
