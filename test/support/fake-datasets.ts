/** Datasets made of arithmetic: items by class and split, their pictures, an import that reports what it skipped. */
import type { DatasetDetail, DatasetSummary, Item, Items } from '@shared/contract';
import { valuesOf } from '@shared/specs';
import { AppError } from '@shared/errors';
import { fakeDataset, fakePictures } from './fake-runs';
import type { FakeHandlers } from './fake-workbench';

const SOURCE = 32;

/** The item at a position of the pack: classes by turns, every tenth without a class and every tenth held out. */
export const fakeItem = (dataset: DatasetSummary, index: number): Item => ({
  index,
  name: `picture-${String(index).padStart(6, '0')}.png`,
  label: index % 10 === 9 ? null : index % dataset.classes.length,
  split: index % 10 === 0 ? 'test' : 'train',
  facts: { width: SOURCE, height: SOURCE },
  // every seventh was described
  captions: index % 7 === 0 ? [`a red kite, no. ${index}`, `红色的风筝 ${index}`] : [],
  tags: index % 7 === 0 ? ['sky', '天空'] : [],
  fields: index % 7 === 0 ? { author: 'Wei', year: 2024 } : {},
});

/** All that is known of a dataset. */
export function fakeDetail(dataset: DatasetSummary): DatasetDetail {
  const { name, signal, count, classes, splits, createdAt } = dataset;
  const share = (of: number): number[] => [
    ...classes.map((_, i) => Math.round((of * (0.6 + 0.8 * (i / classes.length))) / classes.length)),
    Math.round(of / 10),
  ];
  return {
    ...dataset,
    manifest: {
      version: 1,
      ...{ name, signal, count, classes, splits, createdAt },
      mean: [0.286],
      variance: [0.1246],
      trainVariance: 0.0902841,
      facts: {
        minimum: { width: SOURCE, height: SOURCE },
        median: { width: SOURCE, height: SOURCE },
        maximum: { width: 64, height: 48 },
      },
      thumbnails: null,
      options: {
        height: signal.height,
        width: signal.width,
        fit: 'crop',
        colour: 'auto',
        background: 'white',
        range: 'auto',
        frames: 'first',
        nameEncoding: 'auto',
        testFraction: 0.1,
        seed: 1,
      },
      source: 'shoes.zip',
      skipped: [{ file: 'broken.png', reason: 'The file ends too early.' }],
      skippedCount: 1,
      notes: [],
      licence: 'MIT',
    },
    bytesOnDisk: 7_840_000,
    classCounts: { train: share(splits.train), test: share(splits.test) },
  };
}

/** One small picture for each index. */
const pictured = (dataset: DatasetSummary, indices: readonly number[]): Items => {
  const each = indices.map((index) => fakePictures(1, dataset.signal.width, 1, index * 3).data);
  const pixels = new Uint8Array(indices.length * valuesOf(dataset.signal));
  each.forEach((picture, i) => pixels.set(picture, i * picture.byteLength));
  const { height, width, channels } = dataset.signal;
  return { signal: { kind: 'picture', height, width, channels }, dtype: 'u8', count: indices.length, data: pixels };
};

/** Answers of a workbench with these datasets; removing and restoring change the list. */
export function fakeDatasetHandlers(datasets: DatasetSummary[] = [fakeDataset]): FakeHandlers {
  const bin: DatasetSummary[] = [];
  const find = (id: string): DatasetSummary => {
    const found = datasets.find((dataset) => dataset.id === id);
    if (!found) throw new AppError('NOT_FOUND', `There is no dataset “${id}”.`, 'It may have been deleted.');
    return found;
  };
  const move = (id: string, from: DatasetSummary[], to: DatasetSummary[]): DatasetSummary => {
    const at = from.findIndex((dataset) => dataset.id === id);
    const [moved] = from.splice(at, 1);
    to.push(moved!);
    return moved!;
  };
  return {
    'datasets.list': () => datasets,
    'datasets.get': ({ dataset }) => fakeDetail(find(dataset)),
    'datasets.rename': ({ dataset, name }) => Object.assign(find(dataset), { name }),
    'datasets.remove': ({ dataset }) => (find(dataset), move(dataset, datasets, bin), { learners: [] }),
    'datasets.restore': ({ dataset }) => move(dataset, bin, datasets),
    'datasets.items': ({ dataset, filter, offset, limit }) => {
      const whole = find(dataset);
      const fits = (item: Item): boolean =>
        (filter.split === null || item.split === filter.split) &&
        (filter.label === null || (item.label ?? -1) === filter.label) &&
        [item.name, ...item.captions, ...item.tags, ...Object.values(item.fields)].some((text) =>
          String(text).includes(filter.text),
        );
      const everything = filter.split === null && filter.label === null && filter.text === '';
      if (everything) {
        const length = Math.max(0, Math.min(limit, whole.count - offset));
        return { total: whole.count, items: Array.from({ length }, (_, i) => fakeItem(whole, offset + i)) };
      }
      const matching = Array.from({ length: whole.count }, (_, i) => fakeItem(whole, i)).filter(fits);
      return { total: matching.length, items: matching.slice(offset, offset + limit) };
    },
    'datasets.thumbnails': ({ dataset, indices }) => pictured(find(dataset), indices),
    'datasets.pixels': ({ dataset, indices }) => pictured(find(dataset), indices),
  };
}
