import type { runsRequests } from '@shared/contract';
import type { HandlersOf } from '../handlers';
import type { Compare } from './compare';

export function compareHandlers(compare: Compare): HandlersOf<Pick<typeof runsRequests, 'runs.compare'>> {
  return {
    'runs.compare': (request, { signal, progress }) => compare(request, { signal, onProgress: progress }),
  };
}
