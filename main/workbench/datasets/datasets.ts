import { existsSync, renameSync } from 'node:fs';
import type { ImportReport, LibraryContract, ProgressReport, Verification } from '@shared/contract';
import { AppError, asAppError } from '@shared/errors';
import type { DatasetManifest, ImportOptions } from '@shared/specs/dataset';
import type { Bin } from '../bin';
import { readItemLines, type Catalogue, type DatasetRow } from '../catalogue';
import type { Supervisor } from '../engine';
import type { Events } from '../events';
import { bytesIn, syncFolder } from '../../files';
import { slug, uniqueId, type Staging, type Storage, type WorkspacePaths } from '../workspace';
import type { DatasetStore } from '../stores';
import { markBundled, readDatasetFolder, writeManifest } from '../stores';
import { createItemReader, type ItemReader } from './pictures';

/** Files to import, and a name for where they came from. */
export interface ImportSource {
  paths: string[];
  name: string;
}

export interface ImportTask {
  source: ImportSource;
  options: ImportOptions;
  signal: AbortSignal;
  onProgress(report: ProgressReport): void;
  /** For a bundled sample: its id, and what its description adds to the manifest. */
  bundled?: { id: string; amend(manifest: DatasetManifest): DatasetManifest };
}

/** Operations on datasets, beyond what is known about each (`DatasetStore`). */
export interface Datasets extends Pick<DatasetStore, 'list' | 'get' | 'folder'> {
  readonly pictures: ItemReader;
  /** Imports a dataset, whole or not at all. */
  import(task: ImportTask): Promise<ImportReport>;
  rename(id: string, name: string): Promise<DatasetRow>;
  /** Throws CONFLICT while a run trains on the dataset (`isInUse`). */
  remove(id: string): Promise<void>;
  /** Restores a dataset from the bin: the entry `key`, or the one removed last. */
  restore(id: string, key?: string): Promise<DatasetRow>;
  /** Compares the files with their checksums, block by block. Damage is also reported to `onDamaged`. */
  verify(
    id: string,
    options?: { signal?: AbortSignal; onProgress?(report: ProgressReport): void },
  ): Promise<Verification>;
  /**
   * Does the same in the background, one after the other, for datasets not yet verified since this workbench was
   * opened.
   */
  verifySoon(ids: readonly string[]): void;
  close(): Promise<void>;
}

export interface DatasetsOptions {
  store: DatasetStore;
  paths: WorkspacePaths;
  catalogue: Catalogue;
  library: Supervisor<LibraryContract>;
  bin: Bin;
  staging: Staging;
  storage: Pick<Storage, 'requireWritable'>;
  events: Events;
  /** The name of a run that trains on the dataset now, or null. */
  isInUse(dataset: string): string | null;
  onDamaged(name: string, verification: Verification): void;
  warn(message: string): void;
}

export function createDatasets({
  store,
  paths,
  catalogue,
  library,
  bin,
  staging,
  storage,
  events,
  isInUse,
  onDamaged,
  warn,
}: DatasetsOptions): Datasets {
  const pictures = createItemReader();
  const { folder: folderOf, get, list } = store;
  const changed = (id: string): void => events.emit('datasets.changed', { dataset: id });
  const isTaken = (id: string): boolean =>
    existsSync(folderOf(id)) || bin.has('dataset', id) || catalogue.known().some((row) => row.id === id);
  const importPictures = async ({
    source,
    options,
    signal,
    onProgress,
    bundled,
  }: ImportTask): Promise<ImportReport> => {
    storage.requireWritable();
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
          const takeBack = (): void => renameSync(folderOf(id), workplace);
          renameSync(workplace, folderOf(id));
          try {
            syncFolder(paths.datasets);
          } catch (error) {
            takeBack();
            throw error;
          }
          return takeBack;
        },
      );
      changed(id);
      return { ...report, dataset: id, name: manifest.name };
    } finally {
      await staging.remove(workplace);
    }
  };

  const closing = new AbortController();
  const verified = new Set<string>();
  let verifying: Promise<void> = Promise.resolve();
  const verify: Datasets['verify'] = async (id, { signal, onProgress } = {}) => {
    const { manifest } = await get(id);
    const ending = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
    const options = { signal: ending, ...(onProgress ? { onProgress } : {}) };
    const found = await library.request('library.verify', { directory: folderOf(id) }, options);
    if (found.state === 'damaged') onDamaged(manifest.name, found);
    return found;
  };

  return {
    pictures,
    verify,
    verifySoon: (ids) => {
      for (const id of ids) {
        if (verified.has(id)) continue;
        verified.add(id);
        verifying = verifying.then(async () => {
          if (closing.signal.aborted) return;
          await verify(id).catch((error: unknown) => {
            if (!closing.signal.aborted) warn(`"${id}" could not be verified: ${asAppError(error).message}`);
          });
        });
      }
    },
    list,
    get,
    folder: folderOf,
    import: importPictures,
    rename: async (id, name) => {
      const { manifest } = await get(id);
      const renamed = { ...manifest, name };
      writeManifest(folderOf(id), renamed);
      try {
        catalogue.setManifest(id, renamed);
      } catch (error) {
        writeManifest(folderOf(id), manifest);
        throw error;
      }
      changed(id);
      return get(id);
    },
    remove: async (id) => {
      await get(id);
      const user = isInUse(id);
      if (user !== null)
        throw new AppError('CONFLICT', `The run "${user}" trains on this dataset.`, 'Stop the run first.');
      await pictures.release(folderOf(id));
      const key = bin.put(id, folderOf(id));
      try {
        catalogue.hide(id);
      } catch (error) {
        bin.takeOut('dataset', id, folderOf(id), key);
        throw error;
      }
      changed(id);
    },
    restore: async (id, key) => {
      bin.takeOut('dataset', id, folderOf(id), key);
      try {
        // a command beside this workbench may have found the folder gone and the row useless
        if (catalogue.known().some((row) => row.id === id)) catalogue.show(id);
        else
          await catalogue.add(
            { id, ...readDatasetFolder(folderOf(id)), bytes: await bytesIn(folderOf(id)) },
            readItemLines(folderOf(id)),
          );
      } catch (error) {
        bin.put(id, folderOf(id));
        throw error;
      }
      changed(id);
      return get(id);
    },
    close: async () => {
      closing.abort();
      await store.idle();
      await verifying;
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
