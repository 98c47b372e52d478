import type { Latent, ProgressReport } from '@shared/contract';
import { type LoadedRun, type LoadedVectorRun, evaluateRun } from '../training';
import { interpolate } from './between';
import { blankCodes } from './blank';
import { decodeOn } from './canvas';
import { measureDensity } from './latent-density';
import { decodeOne, encodeOne, requireCodes, requireLayer } from './latents';
import type { RunLongJob } from './long-jobs';
import type { OnModel, StudioHandlers } from './on-model';
import { itemsOf, readItem } from './items';
import { createPhases, createProgress } from './progress';
import { reconstructItems } from './reconstruct';
import { createShowcases } from './showcase';
import { varyCodes, varyVector } from './vary';
import { requireDataset } from './vector-handlers';
import { describeVectors } from './vectors';

/** What is asked about any autoencoder. */
export function modelHandlers(onModel: OnModel<LoadedRun>, long: RunLongJob) {
  const showcase = createShowcases();

  /** How a model's vectors are spread over the training items. */
  const spreadOf = (
    model: LoadedVectorRun,
    directory: string | null,
    { signal, progress }: { signal: AbortSignal; progress(report: ProgressReport): void },
  ) => {
    const onProgress = createProgress('encoding', progress);
    const datasetDirectory = requireDataset(directory);
    return long(signal, () => describeVectors({ model, datasetDirectory, split: 'train', signal, onProgress }));
  };

  return {
    'studio.open': onModel(({ info }) => info),

    'studio.showcase': onModel((model, { datasetDirectory }) => showcase(model, datasetDirectory)),

    'studio.encode': onModel(async (model, { picture }) => {
      const { info } = model;
      const { name, item } = await readItem(picture, model.manifest);
      const latent = encodeOne(model, item);
      return {
        model: info,
        name,
        original: itemsOf(info.signal, item),
        latent,
        reconstruction: itemsOf(info.signal, decodeOne(model, latent)),
      };
    }),

    'studio.decode': onModel((model, { step, latent, canvas }) => ({
      step,
      picture:
        canvas && latent.kind === 'codes'
          ? decodeOn(requireCodes(model), canvas, latent.indices)
          : itemsOf(model.info.signal, decodeOne(model, latent)),
    })),

    'studio.blank': onModel(async (model, { layer, code, datasetDirectory }, context) => {
      const latent: Latent =
        model.kind === 'codes'
          ? { kind: 'codes', indices: await blankCodes(model, requireLayer(model, layer), code, context.signal) }
          : { kind: 'vector', values: (await spreadOf(model, datasetDirectory, context)).mean };
      return { model: model.info, latent, picture: itemsOf(model.info.signal, decodeOne(model, latent)) };
    }),

    'studio.interpolate': onModel(async (model, { step, ...what }, { signal }) => ({
      step,
      ...(await interpolate(model, what, signal)),
    })),

    'studio.vary': onModel(async (model, { step, datasetDirectory, ...what }, context) => {
      if (model.kind === 'codes') return { step, ...varyCodes(model, what) };
      const { deviation } = await spreadOf(model, datasetDirectory, context);
      return { step, ...varyVector(model, what.latent, deviation, what) };
    }),

    'studio.evaluate': onModel.long(async (model, { runDirectory, datasetDirectory, split, thorough }, context) => {
      const { signal } = context;
      const onProgress = createPhases(context.progress);
      const { evaluation } = await evaluateRun(model, datasetDirectory, split, {
        thorough,
        signal,
        onProgress: (done, total) => onProgress('evaluating', done, total),
      });
      if (!thorough || model.kind !== 'vector') return evaluation;
      const density = await measureDensity({ model, runDirectory, datasetDirectory, split, signal, onProgress });
      return { ...evaluation, measures: { ...evaluation.measures, ...density } };
    }),

    'studio.reconstruct': onModel((model, { datasetDirectory, split, count }) =>
      reconstructItems(model, datasetDirectory, split, count),
    ),
  } satisfies Partial<StudioHandlers>;
}
