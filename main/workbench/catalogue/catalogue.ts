import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Item, ItemFilter } from '@shared/contract';
import { AppError } from '@shared/errors';
import type { DatasetManifest, ItemLine } from '@shared/specs/dataset';
import { openDatabase } from './database';
import { datasetTable, type DatasetRow, type NewDataset } from './datasets';
import { itemTable } from './items';

/** Items written in one transaction: some 40 ms, so that neither this process nor another one waits long. */
const CHUNK = 10_000;

/** What can be listed, filtered and counted of the workspace's datasets. */
export interface Catalogue {
  /** Newest first. */
  list(): DatasetRow[];
  get(id: string): DatasetRow | null;
  /** Every known id, also of datasets being indexed or in the bin. */
  known(): { id: string; state: 'indexing' | 'ready' | 'removed'; indexer: number | string }[];
  /**
   * Adds a dataset with its items, in pack order. Once all are in, `settle` puts its folder in place, and it is listed; if
   * anything fails no row stays. Throws BAD_FILE if there are not as many items as the manifest says, CONFLICT if the id
   * is taken.
   */
  add(dataset: NewDataset, lines: AsyncIterable<ItemLine>, settle?: () => void): Promise<DatasetRow>;
  setManifest(id: string, manifest: DatasetManifest): void;
  /** Hides a dataset (it lies in the bin) or shows it again. */
  hide(id: string): void;
  show(id: string): void;
  /** Forgets a dataset and its items. */
  forget(id: string): Promise<void>;
  /**
   * Runs `work`, which must be synchronous, while no other process of this workspace runs its own, nor writes to the
   * catalogue: for reading, changing and writing a file that several processes change. The lock is SQLite's: it goes with
   * the process that holds it. `work` may call it again.
   */
  exclusively<T>(work: () => T): T;
  /** One page in pack order, and how many items pass the filter. */
  items(
    dataset: DatasetRow,
    filter: ItemFilter,
    offset: number,
    limit: number,
  ): Promise<{ total: number; items: Item[] }>;
  close(): void;
}

export function openCatalogue(file: string): Catalogue {
  const database = openDatabase(file);
  const datasets = datasetTable(database);
  const items = itemTable(database);

  const forgetKey = async (key: number): Promise<void> => {
    while (items.removeSome(key, CHUNK) > 0) await nextTurn();
    datasets.remove(key);
  };

  return {
    list: datasets.list,
    get: datasets.get,
    known: datasets.all,
    add: async (dataset, lines, settle) => {
      if (datasets.all().some(({ id }) => id === dataset.id))
        throw new AppError('CONFLICT', `There is a dataset "${dataset.id}" already.`);
      const key = datasets.begin(dataset);
      try {
        const counts = createCounts();
        let waiting: ItemLine[] = [];
        let written = 0;
        const flush = async (): Promise<void> => {
          items.append(key, written, waiting);
          written += waiting.length;
          waiting = [];
          await nextTurn();
        };
        for await (const line of lines) {
          counts.add(line);
          waiting.push(line);
          if (waiting.length === CHUNK) await flush();
        }
        await flush();
        if (written !== dataset.manifest.count) {
          throw new AppError(
            'BAD_FILE',
            `Dataset "${dataset.id}" lists ${written} items but its dataset.json says ${dataset.manifest.count}.`,
            'Import it again.',
          );
        }
        settle?.();
        datasets.finish(key, counts.all());
      } catch (error) {
        await forgetKey(key);
        throw error;
      }
      return datasets.get(dataset.id)!;
    },
    setManifest: datasets.setManifest,
    hide: (id) => datasets.setState(id, 'removed'),
    show: (id) => datasets.setState(id, 'ready'),
    forget: async (id) => {
      const row = datasets.all().find((candidate) => candidate.id === id);
      if (row) await forgetKey(row.key);
    },
    exclusively: (work) => (database.inTransaction ? work() : database.transaction(work).immediate()),
    items: items.page,
    close: () => {
      database.pragma('wal_checkpoint(TRUNCATE)'); // a workspace that is closed can be copied file by file
      database.close();
    },
  };
}

function createCounts() {
  const counts = new Map<string, { split: 'train' | 'test'; label: number; count: number }>();
  return {
    add: ({ split, label }: ItemLine): void => {
      const key = `${split}/${label}`;
      const entry = counts.get(key) ?? { split, label: label ?? -1, count: 0 };
      entry.count += 1;
      counts.set(key, entry);
    },
    all: () => [...counts.values()],
  };
}
