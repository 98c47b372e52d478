import type { datasetsRequests } from '@shared/contract';
import type { Catalogue } from '../catalogue';
import type { HandlersOf } from '../handlers';
import type { Datasets, ImportSource } from './datasets';
import { detailOf, summaryOf } from './summary';

export interface DatasetHandlersOptions {
  datasets: Datasets;
  catalogue: Catalogue;
  learnersOf(dataset: string): { run: string; name: string }[];
  /** The files behind a grant. Throws DENIED for a grant nobody gave. */
  resolveGrant(grant: string): Promise<ImportSource>;
}

export function datasetHandlers({
  datasets,
  catalogue,
  resolveGrant,
  learnersOf,
}: DatasetHandlersOptions): HandlersOf<typeof datasetsRequests> {
  const read = async (dataset: string, indices: number[], which: 'items' | 'thumbnails') =>
    datasets.pictures.read(datasets.folder(dataset), (await datasets.get(dataset)).manifest, indices, which);

  return {
    'datasets.list': async () => (await datasets.list()).map(summaryOf),
    'datasets.get': async ({ dataset }) => detailOf(await datasets.get(dataset)),
    'datasets.import': async ({ grant, options }, { signal, progress }) =>
      datasets.import({ source: await resolveGrant(grant), options, signal, onProgress: progress }),
    'datasets.verify': ({ dataset }, { signal, progress }) =>
      datasets.verify(dataset, { signal, onProgress: progress }),
    'datasets.rename': async ({ dataset, name }) => summaryOf(await datasets.rename(dataset, name)),
    'datasets.remove': async ({ dataset }) => {
      const learners = learnersOf(dataset);
      await datasets.remove(dataset);
      return { learners };
    },
    'datasets.restore': async ({ dataset }) => summaryOf(await datasets.restore(dataset)),
    'datasets.items': async ({ dataset, filter, offset, limit }) =>
      catalogue.items(await datasets.get(dataset), filter, offset, limit),
    'datasets.thumbnails': ({ dataset, indices }) => read(dataset, indices, 'thumbnails'),
    'datasets.pixels': ({ dataset, indices }) => read(dataset, indices, 'items'),
  };
}
