import type { LocalContract, StudioContract, studioRequests } from '@shared/contract';
import type { Handlers } from '@shared/wire';
import type { Supervisor } from '../engine';
import type { HandlersOf } from '../handlers';
import type { Models } from './models';

export function studioHandlers(models: Models): HandlersOf<typeof studioRequests> {
  return {
    'studio.open': (model, { signal }) => models.ask('studio.open', model, {}, { signal, retry: true }),
    'studio.showcase': async (model, { signal }) => {
      const datasetDirectory = await models.datasetDirectory(model);
      return models.ask('studio.showcase', model, { datasetDirectory }, { signal, retry: true });
    },
    'studio.encode': async ({ picture, ...model }, { signal }) => {
      const source =
        picture.kind === 'file'
          ? picture
          : { kind: 'item' as const, datasetDirectory: await models.datasetDirectory(picture), index: picture.index };
      // a file that somebody dropped may be what brought the process down
      return models.ask('studio.encode', model, { picture: source }, { signal, retry: picture.kind === 'item' });
    },
    'studio.decode': ({ latent, canvas, ...model }, { signal }) =>
      models.ask('studio.decode', model, { latent, canvas }, { signal, retry: true }),
    'studio.blank': async ({ run, checkpoint, ...what }, { signal, progress }) => {
      // codes need no dataset: a run may outlive its own
      const datasetDirectory = await models.datasetDirectory({ run }).catch(() => null);
      const request = { ...what, datasetDirectory };
      return models.ask('studio.blank', { run, checkpoint }, request, { signal, onProgress: progress });
    },
    'studio.interpolate': ({ run, checkpoint, ...what }, { signal }) =>
      models.ask('studio.interpolate', { run, checkpoint }, what, { signal, retry: true }),
    'studio.vary': async ({ run, checkpoint, ...what }, { signal, progress }) => {
      const datasetDirectory = what.latent.kind === 'vector' ? await models.datasetDirectory({ run }) : null;
      const request = { ...what, datasetDirectory };
      return models.ask('studio.vary', { run, checkpoint }, request, { signal, onProgress: progress });
    },
    'studio.animate': (what, { signal }) => models.animate(what, signal),
    'studio.palette': ({ layer, ...model }, { signal }) =>
      models.ask('studio.palette', model, { layer }, { signal, retry: true }),
    'studio.codebook': async ({ layer, split, ...model }, { signal, progress }) => {
      const datasetDirectory = await models.datasetDirectory(model);
      return models.ask('studio.codebook', model, { layer, split, datasetDirectory }, { signal, onProgress: progress });
    },
    'studio.vectors': async ({ split, ...model }, { signal, progress }) => {
      const datasetDirectory = await models.datasetDirectory(model);
      return models.ask('studio.vectors', model, { split, datasetDirectory }, { signal, onProgress: progress });
    },
    'studio.fitDensity': async ({ components, ...model }, { signal, progress }) => {
      const datasetDirectory = await models.datasetDirectory(model);
      return models.ask('studio.fitDensity', model, { components, datasetDirectory }, { signal, onProgress: progress });
    },
    'studio.draw': async ({ from, components, seed, count, ...model }, { signal, progress }) => {
      const datasetDirectory = from === 'prior' ? null : await models.datasetDirectory(model);
      const draw = { from, components, seed, count, datasetDirectory };
      return models.ask('studio.draw', model, draw, { signal, onProgress: progress });
    },
    'studio.density': async ({ latent, components, ...model }, { signal }) => {
      const datasetDirectory = await models.datasetDirectory(model);
      return models.ask('studio.density', model, { latent, components, datasetDirectory }, { signal, retry: true });
    },
    'studio.code': async ({ layer, split, code, limit, ...model }, { signal, progress }) => {
      const datasetDirectory = await models.datasetDirectory(model);
      return models.ask(
        'studio.code',
        model,
        { layer, split, code, limit, datasetDirectory },
        { signal, onProgress: progress },
      );
    },
    'studio.saveLatent': ({ latent, name, ...model }, { signal }) =>
      models.ask('studio.saveLatent', model, { latent, name }, { signal }),
    'studio.openLatent': ({ bytes, anyWeights, ...model }, { signal }) =>
      models.ask('studio.openLatent', model, { bytes, anyWeights }, { signal }),
  };
}

/** Files to latents and back by their paths, for commands: see `localContract`. */
export function localHandlers(
  models: Models,
  engine: Pick<Supervisor<StudioContract>, 'request'>,
  grant: (paths: string[]) => Promise<string>,
): Handlers<LocalContract> {
  return {
    'local.grant': async ({ paths }) => ({ grant: await grant(paths) }),
    'local.encode': ({ run, checkpoint, ...what }, { signal, progress }) =>
      models.ask('studio.encodeFiles', { run, checkpoint }, what, { signal, onProgress: progress }),
    'local.decode': ({ run, checkpoint, ...what }, { signal, progress }) =>
      models.ask('studio.decodeFile', { run, checkpoint }, what, { signal, onProgress: progress }),
    'local.readLatent': (what, { signal }) => engine.request('studio.readLatent', what, { signal }),
    'local.compress': ({ run, checkpoint, ...what }, { signal, progress }) =>
      models.ask('studio.compressFiles', { run, checkpoint }, what, { signal, onProgress: progress }),
    'local.readCompressed': (what, { signal }) => engine.request('studio.readCompressed', what, { signal }),
    'local.decompress': ({ run, checkpoint, ...what }, { signal, progress }) =>
      models.ask('studio.decompressFile', { run, checkpoint }, what, { signal, onProgress: progress }),
    'local.sample': async ({ run, checkpoint, ...what }, { signal, progress }) => {
      const datasetDirectory = what.from === 'prior' ? null : await models.datasetDirectory({ run });
      const request = { ...what, datasetDirectory };
      return models.ask('studio.sampleFiles', { run, checkpoint }, request, { signal, onProgress: progress });
    },
    'local.samplePrior': ({ run, checkpoint, ...what }, { signal, progress }) =>
      models.ask('studio.samplePriorFiles', { run, checkpoint }, what, { signal, onProgress: progress }),
  };
}
