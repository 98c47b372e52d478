import type { samplesRequests } from '@shared/contract';
import type { HandlersOf } from '../handlers';
import type { Models } from './models';

/** Requests about priors: samples, and how probable codes are. */
export function sampleHandlers(models: Models): HandlersOf<typeof samplesRequests> {
  return {
    'samples.draw': ({ run, checkpoint, ...what }, { signal, progress }) =>
      models.ask('studio.samples', { run, checkpoint }, what, { signal, onProgress: progress }),
    'samples.watch': ({ run, checkpoint, ...what }, { signal, progress }) =>
      models.ask('studio.watchSample', { run, checkpoint }, what, { signal, onProgress: progress }),
    'samples.decode': ({ run, checkpoint, ...what }, { signal }) =>
      models.ask('studio.decodeUnfinished', { run, checkpoint }, what, { signal, retry: true }),
    'samples.fill': ({ run, checkpoint, ...what }, { signal, progress }) =>
      models.ask('studio.fill', { run, checkpoint }, what, { signal, onProgress: progress }),
    'samples.quality': async ({ run, checkpoint, ...what }, { signal, progress }) => {
      const datasetDirectory = await models.datasetDirectory({ run });
      const request = { ...what, datasetDirectory };
      return models.ask('studio.sampleQuality', { run, checkpoint }, request, { signal, onProgress: progress });
    },
    'samples.nearest': async ({ run, checkpoint, ...what }, { signal, progress }) => {
      const datasetDirectory = await models.datasetDirectory({ run });
      const request = { ...what, datasetDirectory };
      return models.ask('studio.nearestItems', { run, checkpoint }, request, { signal, onProgress: progress });
    },
    'samples.surprise': ({ run, checkpoint, ...what }, { signal }) =>
      models.ask('studio.surprise', { run, checkpoint }, what, { signal, retry: true }),
  };
}
