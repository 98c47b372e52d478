import { existsSync } from 'node:fs';
import path from 'node:path';
import { datasetId } from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import { readItemLines, type Catalogue } from '../catalogue';
import { bytesIn, isKeyAlive, ownKey } from '../../files';
import { foldersIn } from '../workspace';
import { readDatasetFolder } from './dataset-folder';

export interface ReconcileReport {
  onAdded(id: string): void;
  /** A folder is not a whole dataset; it is left alone. */
  onBroken(folder: string, error: AppError): void;
}

/**
 * Brings the catalogue in line with the folders below `root`: rows without a folder are removed, and folders without
 * a row are indexed from their items.jsonl.
 * @param wasThere whether `root` could be made; see `foldersIn`, whose errors pass through
 */
export async function reconcile(
  catalogue: Catalogue,
  root: string,
  wasThere: boolean,
  report: ReconcileReport,
): Promise<void> {
  const folders = foldersIn(root, 'datasets', wasThere);
  for (const { id, state, indexer } of catalogue.known()) {
    const abandoned = state === 'indexing' && (indexer === ownKey || !isKeyAlive(String(indexer)));
    const vanished = state !== 'indexing' && !existsSync(path.join(root, id));
    if (abandoned || vanished) await catalogue.forget(id);
  }
  const known = new Map(catalogue.known().map((row) => [row.id, row]));
  for (const id of folders.filter((name) => datasetId.safeParse(name).success)) {
    const row = known.get(id);
    // a row of the bin whose folder is back was restored just before a crash
    if (row?.state === 'removed') catalogue.show(id);
    if (row) continue;
    const folder = path.join(root, id);
    try {
      const { manifest, bundled } = readDatasetFolder(folder);
      await catalogue.add({ id, manifest, bundled, bytes: await bytesIn(folder) }, readItemLines(folder));
      report.onAdded(id);
    } catch (error) {
      if (catalogue.isBroken(error)) throw error;
      report.onBroken(folder, asAppError(error));
    }
  }
}
