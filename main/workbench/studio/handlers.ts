import type { studioRequests } from '@shared/contract';
import type { HandlersOf } from '../handlers';
import type { Studio } from './studio';

export function studioHandlers(studio: Studio): HandlersOf<typeof studioRequests> {
  return {
    'studio.open': (model, { signal }) => studio.ask('studio.open', model, {}, { signal, retry: true }),
    'studio.showcase': async (model, { signal }) => {
      const datasetDirectory = await studio.datasetDirectory(model);
      return studio.ask('studio.showcase', model, { datasetDirectory }, { signal, retry: true });
    },
    'studio.encode': async ({ picture, ...model }, { signal }) => {
      const source =
        picture.kind === 'file'
          ? picture
          : { kind: 'item' as const, datasetDirectory: await studio.datasetDirectory(picture), index: picture.index };
      // a file that somebody dropped may be what brought the process down
      return studio.ask('studio.encode', model, { picture: source }, { signal, retry: picture.kind === 'item' });
    },
    'studio.decode': ({ latent, canvas, ...model }, { signal }) =>
      studio.ask('studio.decode', model, { latent, canvas }, { signal, retry: true }),
    'studio.blank': async ({ run, checkpoint, ...what }, { signal, progress }) => {
      // codes need no dataset: a run outlives it
      const datasetDirectory = await studio.datasetDirectory({ run }).catch(() => null);
      const request = { ...what, datasetDirectory };
      return studio.ask('studio.blank', { run, checkpoint }, request, { signal, onProgress: progress });
    },
    'studio.interpolate': ({ run, checkpoint, ...what }, { signal }) =>
      studio.ask('studio.interpolate', { run, checkpoint }, what, { signal, retry: true }),
    'studio.vary': async ({ run, checkpoint, ...what }, { signal, progress }) => {
      const datasetDirectory = what.latent.kind === 'vector' ? await studio.datasetDirectory({ run }) : null;
      const request = { ...what, datasetDirectory };
      return studio.ask('studio.vary', { run, checkpoint }, request, { signal, onProgress: progress });
    },
    'studio.animate': (what, { signal }) => studio.animate(what, signal),
    'studio.palette': ({ layer, ...model }, { signal }) =>
      studio.ask('studio.palette', model, { layer }, { signal, retry: true }),
    'studio.codebook': async ({ layer, split, ...model }, { signal, progress }) => {
      const datasetDirectory = await studio.datasetDirectory(model);
      return studio.ask('studio.codebook', model, { layer, split, datasetDirectory }, { signal, onProgress: progress });
    },
    'studio.vectors': async ({ split, ...model }, { signal, progress }) => {
      const datasetDirectory = await studio.datasetDirectory(model);
      return studio.ask('studio.vectors', model, { split, datasetDirectory }, { signal, onProgress: progress });
    },
    'studio.fitDensity': async ({ components, ...model }, { signal, progress }) => {
      const datasetDirectory = await studio.datasetDirectory(model);
      return studio.ask('studio.fitDensity', model, { components, datasetDirectory }, { signal, onProgress: progress });
    },
    'studio.draw': async ({ from, components, seed, count, ...model }, { signal, progress }) => {
      const datasetDirectory = from === 'prior' ? null : await studio.datasetDirectory(model);
      const draw = { from, components, seed, count, datasetDirectory };
      return studio.ask('studio.draw', model, draw, { signal, onProgress: progress });
    },
    'studio.density': async ({ latent, components, ...model }, { signal }) => {
      const datasetDirectory = await studio.datasetDirectory(model);
      return studio.ask('studio.density', model, { latent, components, datasetDirectory }, { signal, retry: true });
    },
    'studio.code': async ({ layer, split, code, limit, ...model }, { signal, progress }) => {
      const datasetDirectory = await studio.datasetDirectory(model);
      return studio.ask(
        'studio.code',
        model,
        { layer, split, code, limit, datasetDirectory },
        { signal, onProgress: progress },
      );
    },
    'studio.saveLatent': ({ latent, name, ...model }, { signal }) =>
      studio.ask('studio.saveLatent', model, { latent, name }, { signal }),
    'studio.openLatent': ({ bytes, anyWeights, ...model }, { signal }) =>
      studio.ask('studio.openLatent', model, { bytes, anyWeights }, { signal }),
  };
}
