import type { samplesRequests } from '@shared/contract';
import type { HandlersOf } from '../handlers';
import type { Studio } from './studio';

/** What priors draw and what they think of codes. */
export function sampleHandlers(studio: Studio): HandlersOf<typeof samplesRequests> {
  return {
    'samples.draw': ({ run, checkpoint, ...what }, { signal, progress }) =>
      studio.ask('studio.samples', { run, checkpoint }, what, { signal, onProgress: progress }),
    'samples.surprise': ({ run, checkpoint, ...what }, { signal }) =>
      studio.ask('studio.surprise', { run, checkpoint }, what, { signal, retry: true }),
  };
}
