import type { studioRequests } from '@shared/contract';
import type { HandlersOf } from '../handlers';
import type { Studio } from './studio';

export function studioHandlers(studio: Studio): HandlersOf<typeof studioRequests> {
  return {
    'studio.open': (model, { signal }) => studio.ask('studio.open', model, {}, { signal, retry: true }),
    'studio.encode': async ({ picture, ...model }, { signal }) => {
      const source =
        picture.kind === 'file'
          ? picture
          : { kind: 'item' as const, datasetDirectory: await studio.datasetDirectory(picture), index: picture.index };
      // a file that somebody dropped may be what brought the process down
      return studio.ask('studio.encode', model, { picture: source }, { signal, retry: picture.kind === 'item' });
    },
    'studio.decode': ({ grid, ...model }, { signal }) =>
      studio.ask('studio.decode', model, { grid }, { signal, retry: true }),
    'studio.palette': (model, { signal }) => studio.ask('studio.palette', model, {}, { signal, retry: true }),
    'studio.codebook': async ({ split, ...model }, { signal, progress }) =>
      studio.ask(
        'studio.codebook',
        model,
        { split, datasetDirectory: await studio.datasetDirectory(model) },
        { signal, onProgress: progress },
      ),
    'studio.code': async ({ split, code, limit, ...model }, { signal, progress }) => {
      const datasetDirectory = await studio.datasetDirectory(model);
      return studio.ask(
        'studio.code',
        model,
        { split, code, limit, datasetDirectory },
        { signal, onProgress: progress },
      );
    },
    'studio.saveLatent': ({ grid, name, ...model }, { signal }) =>
      studio.ask('studio.saveLatent', model, { grid, name }, { signal }),
    'studio.openLatent': ({ bytes, anyWeights, ...model }, { signal }) =>
      studio.ask('studio.openLatent', model, { bytes, anyWeights }, { signal }),
  };
}
