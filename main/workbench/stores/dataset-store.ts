import { existsSync } from 'node:fs';
import path from 'node:path';
import { AppError, asAppError } from '@shared/errors';
import type { Catalogue, DatasetRow } from '../catalogue';
import { reconcile } from './reconcile';

/** The datasets of the workspace: the folders are the truth, the catalogue lists them. */
export interface DatasetStore {
  /** Waits for the folders to be indexed. Throws DISK if they can't be read: that is not the same as none. */
  list(): Promise<DatasetRow[]>;
  /** Waits for the folders to be indexed before it throws NOT_FOUND. */
  get(id: string): Promise<DatasetRow>;
  folder(id: string): string;
  /** Rebuilds a catalogue that is damaged, gone or in memory from the folders; concurrent calls share one rebuild. */
  rebuild(): Promise<void>;
  /** Resolves once the folders present at the start are listed. */
  readonly reconciled: Promise<void>;
  /** Resolves once nothing is being listed. */
  idle(): Promise<void>;
}

export interface DatasetStoreOptions {
  root: string;
  catalogue: Catalogue;
  /** A folder that the catalogue lacked has been listed. */
  onAdded(dataset: string): void;
  warn(message: string): void;
}

export function createDatasetStore({ root, catalogue, onAdded, warn }: DatasetStoreOptions): DatasetStore {
  const wasThere = existsSync(root);
  /** Why the folders could not be listed. */
  let unreadable: AppError | null = null;
  const readFolders = (): Promise<void> =>
    reconcile(catalogue, root, wasThere, {
      onAdded,
      onBroken: (folder, error) => warn(`${folder} is left out: ${error.message}`),
    });
  const bringUpToDate = async (): Promise<void> => {
    try {
      await readFolders().catch((error: unknown) => {
        if (!catalogue.isBroken(error)) throw error;
        catalogue.renew();
        return readFolders();
      });
      unreadable = null;
    } catch (error) {
      unreadable = asAppError(error);
      warn(`The catalogue could not be brought up to date: ${unreadable.message}`);
    }
  };
  let reconciled = bringUpToDate();
  let rebuilding: Promise<void> | null = null;

  return {
    folder: (id) => path.join(root, id),
    rebuild: () =>
      (rebuilding ??= reconciled
        .then(async () => {
          await catalogue.settled();
          catalogue.renew();
          reconciled = bringUpToDate();
          await reconciled;
        })
        .finally(() => (rebuilding = null))),
    list: async () => {
      await rebuilding;
      await reconciled;
      if (unreadable) throw unreadable;
      return catalogue.list();
    },
    get: async (id) => {
      await rebuilding;
      const known = catalogue.get(id);
      if (known) return known;
      await reconciled;
      const row = catalogue.get(id);
      if (!row) throw unreadable ?? new AppError('NOT_FOUND', `There is no dataset "${id}".`, '', { field: 'dataset' });
      return row;
    },
    get reconciled() {
      return reconciled;
    },
    idle: async () => {
      await rebuilding?.catch(() => undefined);
      await reconciled;
    },
  };
}
