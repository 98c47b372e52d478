import type { DatasetDetail, DatasetSummary } from '@shared/contract';
import type { DatasetRow } from '../catalogue';

const COVER_ITEMS = 12;

/**
 * What a dataset's card shows. Cover items are spread evenly over the pack, and so over the classes of a dataset
 * imported from folders.
 */
export function summaryOf({ id, manifest, bundled }: DatasetRow): DatasetSummary {
  const { name, signal, count, classes, splits, createdAt } = manifest;
  const covers = Math.min(COVER_ITEMS, count);
  const cover = Array.from({ length: covers }, (_, i) => Math.floor(((i + 0.5) * count) / covers));
  return { id, name, signal, count, classes, splits, createdAt, cover, bundled };
}

export function detailOf(row: DatasetRow): DatasetDetail {
  return {
    ...summaryOf(row),
    manifest: row.manifest,
    bytesOnDisk: row.bytes,
    classCounts: { train: classCounts(row, 'train'), test: classCounts(row, 'test') },
  };
}

/** Number of items of each class in the manifest's order, then the number without a class. */
function classCounts({ manifest, counts }: DatasetRow, split: 'train' | 'test'): number[] {
  const found = Array.from({ length: manifest.classes.length + 1 }, () => 0);
  for (const entry of counts) {
    if (entry.split !== split) continue;
    const place = entry.label >= 0 && entry.label < manifest.classes.length ? entry.label : manifest.classes.length;
    found[place] = found[place]! + entry.count;
  }
  return found;
}
