import type { samplesRequests } from '@shared/contract';
import type { HandlersOf } from '../handlers';
import type { Studio } from './studio';

/** What priors draw and what they think of codes. */
export function sampleHandlers(studio: Studio): HandlersOf<typeof samplesRequests> {
  return {
    'samples.draw': ({ run, checkpoint, ...what }, { signal, progress }) =>
      studio.ask('studio.samples', { run, checkpoint }, what, { signal, onProgress: progress }),
    'samples.watch': ({ run, checkpoint, ...what }, { signal, progress }) =>
      studio.ask('studio.watchSample', { run, checkpoint }, what, { signal, onProgress: progress }),
    'samples.decode': ({ run, checkpoint, ...what }, { signal }) =>
      studio.ask('studio.decodeUnfinished', { run, checkpoint }, what, { signal, retry: true }),
    'samples.fill': ({ run, checkpoint, ...what }, { signal, progress }) =>
      studio.ask('studio.fill', { run, checkpoint }, what, { signal, onProgress: progress }),
    'samples.quality': async ({ run, checkpoint, ...what }, { signal, progress }) => {
      const datasetDirectory = await studio.datasetDirectory({ run });
      const request = { ...what, datasetDirectory };
      return studio.ask('studio.sampleQuality', { run, checkpoint }, request, { signal, onProgress: progress });
    },
    'samples.nearest': async ({ run, checkpoint, ...what }, { signal, progress }) => {
      const datasetDirectory = await studio.datasetDirectory({ run });
      const request = { ...what, datasetDirectory };
      return studio.ask('studio.nearestItems', { run, checkpoint }, request, { signal, onProgress: progress });
    },
    'samples.surprise': ({ run, checkpoint, ...what }, { signal }) =>
      studio.ask('studio.surprise', { run, checkpoint }, what, { signal, retry: true }),
  };
}
