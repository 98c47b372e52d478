import type { Latent, ProgressReport, StudioContract } from '@shared/contract';
import { AppError } from '@shared/errors';
import type { Handlers } from '@shared/wire';
import { exportRun } from '../export';
import { backend } from '../tensorflow/native/load';
import { needsTensorflow } from '../tensorflow/portable/needs-tensorflow';
import { isPrior } from '@shared/specs';
import {
  type LoadedCodePrior,
  type LoadedRun,
  type LoadedVectorRun,
  evaluateRun,
  loadPrior,
  loadRun,
  measurePace,
  planPrior,
  planRun,
} from '../training';
import { animate } from './animation';
import { interpolate } from './between';
import { blankCodes } from './blank';
import { decodeOn } from './canvas';
import { analyseCodebook } from './codebook';
import { describeCode } from './code-detail';
import { compressionHandlers } from './compression-handlers';
import { decodeFile } from './decode-file';
import { encodeFiles } from './encode-files';
import {
  decodeOne,
  encodeOne,
  requireCodes,
  requireDrawable,
  requireLatent,
  requireLayer,
  requireOverCodes,
  requireVector,
  requireVectors,
} from './latents';
import { latentOf, readLatentOwner, readLatents, writeLatent } from './latent-file';
import { type DrawnFrom, drawVectors } from './draw';
import { type FitRequest, densityOf, fittedDensity, keptDensity, measureDensity, summaryOf } from './latent-density';
import { createLongJobs } from './long-jobs';
import { type ModelCache, createModelCache, weightBytes } from './model-cache';
import { paletteOf } from './palette';
import { pictureShapeOf, picturesOf, readPicture } from './pictures';
import { priorHandlers } from './prior-handlers';
import { createPhases, createProgress } from './progress';
import { reconstructItems } from './reconstruct';
import { sampleFiles } from './sample-files';
import { sheetOf } from './sheet';
import { createShowcases } from './showcase';
import { createSplitCodes } from './split-codes';
import { varyCodes, varyVector } from './vary';
import { describeVectors } from './vectors';

/** Answers the studio's requests; `engine.ping` and `engine.stop` are the process's own. */
export interface Studio {
  handlers: Omit<Handlers<StudioContract>, 'engine.ping' | 'engine.stop'>;
  dispose(): void;
}

export function createStudio({ load = loadRun }: { load?: typeof loadRun } = {}): Studio {
  const models = createModelCache({
    load: async (runDirectory, step) => warm(await load(runDirectory, step)),
    bytesOf: ({ model }) => weightBytes(model),
  });
  const priors = createModelCache({
    load: loadPrior,
    bytesOf: ({ prior, autoencoder }) => weightBytes(prior) + weightBytes(autoencoder.model),
    models: 2,
  });
  /** The same for what makes sense over codes alone. */
  const codePriors: Pick<ModelCache<LoadedCodePrior>, 'use'> = {
    use: (runDirectory, step, work) => priors.use(runDirectory, step, (prior) => work(requireOverCodes(prior))),
  };
  const splitCodes = createSplitCodes();
  const showcase = createShowcases();
  const long = createLongJobs();

  /** The mixture at once if it was fitted before; else its fit waits for its turn. */
  const drawnFrom = async (
    what: Omit<FitRequest, 'datasetDirectory'> & { from: 'mixture' | 'prior'; datasetDirectory: string | null },
  ): Promise<DrawnFrom> => {
    const { from, datasetDirectory } = what;
    if (from === 'prior') return from;
    const request = { ...what, datasetDirectory: requireDataset(datasetDirectory) };
    return (keptDensity(request) ?? (await long(what.signal, () => fittedDensity(request)))).mixture;
  };

  /** How a model's vectors are spread over the training pictures. */
  const spreadOf = (
    model: LoadedVectorRun,
    directory: string | null,
    { signal, progress }: { signal: AbortSignal; progress(report: ProgressReport): void },
  ) => {
    const onProgress = createProgress('encoding', progress);
    const datasetDirectory = requireDataset(directory);
    return long(signal, () => describeVectors({ model, datasetDirectory, split: 'train', signal, onProgress }));
  };

  const handlers: Studio['handlers'] = {
    'studio.plan': ({ spec, image, items, latent, classes }) => {
      if (backend.kind === 'portable') throw needsTensorflow('Training');
      return isPrior(spec.model) ? planPrior(spec, { image, latent, classes }) : planRun(spec, image, items);
    },

    'studio.pace': ({ spec, ...ground }, { signal }) => {
      if (backend.kind === 'portable') throw needsTensorflow('Training');
      return long(signal, () => measurePace(spec, ground, signal));
    },

    'studio.open': ({ runDirectory, step }) => models.use(runDirectory, step, ({ info }) => info),

    'studio.showcase': ({ runDirectory, step, datasetDirectory }) =>
      models.use(runDirectory, step, (model) => showcase(model, datasetDirectory)),

    'studio.encode': ({ runDirectory, step, picture }) =>
      models.use(runDirectory, step, async (model) => {
        const { info } = model;
        const { name, pixels } = await readPicture(picture, pictureShapeOf(model));
        const latent = encodeOne(model, pixels);
        return {
          model: info,
          name,
          original: picturesOf(info.image, pixels),
          latent,
          reconstruction: picturesOf(info.image, decodeOne(model, latent)),
        };
      }),

    'studio.decode': ({ runDirectory, step, latent, canvas }) =>
      models.use(runDirectory, step, (model) => ({
        step,
        picture:
          canvas && latent.kind === 'codes'
            ? decodeOn(requireCodes(model), canvas, latent.indices)
            : picturesOf(model.info.image, decodeOne(model, latent)),
      })),

    'studio.blank': ({ runDirectory, step, layer, code, datasetDirectory }, { signal, progress }) =>
      models.use(runDirectory, step, async (model) => {
        const latent: Latent =
          model.kind === 'codes'
            ? { kind: 'codes', indices: await blankCodes(model, requireLayer(model, layer), code, signal) }
            : { kind: 'vector', values: (await spreadOf(model, datasetDirectory, { signal, progress })).mean };
        return { model: model.info, latent, picture: picturesOf(model.info.image, decodeOne(model, latent)) };
      }),

    'studio.interpolate': ({ runDirectory, step, ...what }, { signal }) =>
      models.use(runDirectory, step, async (model) => ({ step, ...(await interpolate(model, what, signal)) })),

    'studio.vary': ({ runDirectory, step, datasetDirectory, ...what }, { signal, progress }) =>
      models.use(runDirectory, step, async (model) => {
        if (model.kind === 'codes') return { step, ...varyCodes(model, what) };
        const { deviation } = await spreadOf(model, datasetDirectory, { signal, progress });
        return { step, ...varyVector(model, what.latent, deviation, what) };
      }),

    'studio.animate': async (what) => ({ bytes: await animate(what) }),

    'studio.palette': ({ runDirectory, step, layer }, { signal }) =>
      models.use(runDirectory, step, async (run) => {
        const model = requireCodes(run);
        return { step, ...(await paletteOf(model, requireLayer(model, layer), signal)) };
      }),

    'studio.codebook': ({ runDirectory, step, layer, datasetDirectory, split }, { signal, progress }) =>
      long(signal, () =>
        models.use(runDirectory, step, (run) => {
          const model = requireCodes(run);
          const onProgress = createProgress('encoding', progress);
          const request = { model, datasetDirectory, split, signal, onProgress };
          return analyseCodebook(splitCodes, request, requireLayer(model, layer));
        }),
      ),

    'studio.code': ({ runDirectory, step, layer, datasetDirectory, split, code, limit }, { signal, progress }) =>
      long(signal, () =>
        models.use(runDirectory, step, (run) => {
          const model = requireCodes(run);
          const onProgress = createProgress('encoding', progress);
          const request = { model, datasetDirectory, split, signal, onProgress };
          return describeCode(splitCodes, request, { layer: requireLayer(model, layer), code, limit });
        }),
      ),

    'studio.vectors': ({ runDirectory, step, datasetDirectory, split }, { signal, progress }) =>
      long(signal, () =>
        models.use(runDirectory, step, (run) => {
          const onProgress = createProgress('encoding', progress);
          return describeVectors({ model: requireVectors(run), datasetDirectory, split, signal, onProgress });
        }),
      ),

    'studio.fitDensity': ({ runDirectory, step, ...what }, { signal, progress }) =>
      long(signal, () =>
        models.use(runDirectory, step, async (run) => {
          const onProgress = createPhases(progress);
          const density = await fittedDensity({
            model: requireVectors(run),
            runDirectory,
            ...what,
            signal,
            onProgress,
          });
          return summaryOf(density, step);
        }),
      ),

    'studio.draw': ({ runDirectory, step, seed, count, ...what }, { signal, progress }) =>
      models.use(runDirectory, step, async (run) => {
        const model = requireDrawable(run);
        const from = await drawnFrom({ model, runDirectory, ...what, signal, onProgress: createPhases(progress) });
        const vectors = drawVectors(from, model.latent.length, count, seed);
        return { step, vectors, pictures: picturesOf(model.info.image, model.decode(vectors, count)) };
      }),

    'studio.density': ({ runDirectory, step, latent, ...what }) =>
      models.use(runDirectory, step, (run) => {
        const model = requireVectors(run);
        const vector = requireVector(latent, model.info);
        const density = keptDensity({ model, runDirectory, ...what });
        return density && densityOf(density, vector);
      }),

    'studio.saveLatent': ({ runDirectory, step, latent, name }) =>
      models.use(runDirectory, step, ({ info }) => {
        requireLatent(latent, info);
        return { fileName: latentFileName(name), bytes: writeLatent(latent, name, info) };
      }),

    'studio.openLatent': ({ runDirectory, step, bytes, anyWeights }) =>
      models.use(runDirectory, step, (model) => {
        const { info } = model;
        const { names, count, sameWeights, rows } = readLatents(bytes, info, anyWeights);
        if (count > 1) {
          throw new AppError(
            'BAD_FILE',
            `This file holds ${count} latents; the Studio opens one at a time.`,
            '“tessera decode” turns all of them into pictures.',
          );
        }
        const latent = latentOf(rows);
        const picture = picturesOf(info.image, decodeOne(model, latent));
        return { model: info, name: names[0] ?? '', latent, picture, sameWeights };
      }),

    'studio.evaluate': ({ runDirectory, step, datasetDirectory, split, thorough }, { signal, progress }) =>
      long(signal, () =>
        models.use(runDirectory, step, async (model) => {
          const onProgress = createPhases(progress);
          const { evaluation } = await evaluateRun(model, datasetDirectory, split, {
            thorough,
            signal,
            onProgress: (done, total) => onProgress('evaluating', done, total),
          });
          if (!thorough || model.kind !== 'vector') return evaluation;
          const density = await measureDensity({ model, runDirectory, datasetDirectory, split, signal, onProgress });
          return { ...evaluation, measures: { ...evaluation.measures, ...density } };
        }),
      ),

    'studio.reconstruct': ({ runDirectory, step, datasetDirectory, split, count }) =>
      models.use(runDirectory, step, (model) => reconstructItems(model, datasetDirectory, split, count)),

    'studio.sheet': ({ rows }) => sheetOf(rows),

    'studio.export': ({ runDirectory, step, format, directory }, { signal, progress }) =>
      long(signal, () =>
        exportRun({ runDirectory, step, format, directory, signal, onProgress: createPhases(progress) }),
      ),

    'studio.encodeFiles': ({ runDirectory, step, sources, out }, { signal, progress }) =>
      long(signal, () =>
        models.use(runDirectory, step, (model) => encodeFiles({ model, sources, out, signal, onProgress: progress })),
      ),

    'studio.decodeFile': ({ runDirectory, step, source, directory }, { signal, progress }) =>
      long(signal, () =>
        models.use(runDirectory, step, (model) =>
          decodeFile({ model, source, directory, signal, onProgress: progress }),
        ),
      ),

    'studio.readLatent': async ({ source }) => ({ owner: await readLatentOwner(source) }),

    ...priorHandlers({ priors, codePriors, long }),

    ...compressionHandlers({ models, priors: codePriors, long }),

    'studio.sampleFiles': ({ runDirectory, step, seed, count, directory, ...what }, { signal, progress }) =>
      models.use(runDirectory, step, async (run) => {
        const model = requireDrawable(run);
        const from = await drawnFrom({ model, runDirectory, ...what, signal, onProgress: createPhases(progress) });
        const onProgress = createProgress('decoding', progress);
        return long(signal, () => sampleFiles({ model, from, seed, count, directory, signal, onProgress }));
      }),
  };
  return {
    handlers,
    dispose() {
      models.dispose();
      priors.dispose();
    },
  };
}

/** Throws BAD_REQUEST where none was named. */
function requireDataset(directory: string | null): string {
  if (directory !== null) return directory;
  throw new AppError(
    'BAD_REQUEST',
    'How vectors are spread is told by the dataset of the run, which is no longer here.',
  );
}

/** Captures what a person waits for, so that the first stroke of a brush is as quick as the second. */
function warm(model: LoadedRun): LoadedRun {
  const { image } = model.info;
  model.reconstruct(new Uint8Array(image.height * image.width * image.channels), 1);
  return model;
}

/** `cat.png` → `cat.npz`, with nothing in it that a file system minds. */
export function latentFileName(name: string): string {
  const stem = name
    .replace(/\.[^.]{1,5}$/, '')
    .replace(/[^\p{L}\p{N} _.()-]/gu, '_')
    .trim()
    .slice(0, 100);
  return `${stem || 'latent'}.npz`;
}
