import { AppError } from '@shared/errors';
import type { LoadedRun } from '../training';
import { type DrawnFrom, drawVectors } from './draw';
import { type FitRequest, densityOf, fittedDensity, keptDensity, summaryOf } from './latent-density';
import { requireDrawable, requireVector, requireVectors } from './latents';
import type { RunLongJob } from './long-jobs';
import type { OnModel, StudioHandlers } from './on-model';
import { itemsOf } from './items';
import { createPhases, createProgress } from './progress';
import { sampleFiles } from './sample-files';
import { describeVectors } from './vectors';

/** What is asked about models whose latent is a vector, and drawn from how their vectors are spread. */
export function vectorHandlers(onModel: OnModel<LoadedRun>, long: RunLongJob) {
  const onVectors = onModel.as(requireVectors);
  const onDrawable = onModel.as(requireDrawable);

  /** The mixture at once if it was fitted before; else its fit waits for its turn. */
  const drawnFrom = async (
    what: Omit<FitRequest, 'datasetDirectory'> & { from: 'mixture' | 'prior'; datasetDirectory: string | null },
  ): Promise<DrawnFrom> => {
    const { from, datasetDirectory } = what;
    if (from === 'prior') return from;
    const request = { ...what, datasetDirectory: requireDataset(datasetDirectory) };
    return (keptDensity(request) ?? (await long(what.signal, () => fittedDensity(request)))).mixture;
  };

  return {
    'studio.vectors': onVectors.long((model, { datasetDirectory, split }, { signal, progress }) => {
      const onProgress = createProgress('encoding', progress);
      return describeVectors({ model, datasetDirectory, split, signal, onProgress });
    }),

    'studio.fitDensity': onVectors.long(async (model, asked, { signal, progress }) => {
      const density = await fittedDensity({ ...asked, model, signal, onProgress: createPhases(progress) });
      return summaryOf(density, asked.step);
    }),

    'studio.draw': onDrawable(async (model, { step, seed, count, ...what }, { signal, progress }) => {
      const from = await drawnFrom({ ...what, model, signal, onProgress: createPhases(progress) });
      const vectors = drawVectors(from, model.latent.length, count, seed);
      return { step, vectors, pictures: itemsOf(model.info.signal, model.decode(vectors, count)) };
    }),

    'studio.density': onVectors((model, { latent, ...what }) => {
      const vector = requireVector(latent, model.info);
      const density = keptDensity({ ...what, model });
      return density && densityOf(density, vector);
    }),

    'studio.sampleFiles': onDrawable(async (model, { seed, count, directory, ...what }, { signal, progress }) => {
      const from = await drawnFrom({ ...what, model, signal, onProgress: createPhases(progress) });
      const onProgress = createProgress('decoding', progress);
      return long(signal, () => sampleFiles({ model, from, seed, count, directory, signal, onProgress }));
    }),
  } satisfies Partial<StudioHandlers>;
}

/** Throws BAD_REQUEST where none was named. */
export function requireDataset(directory: string | null): string {
  if (directory !== null) return directory;
  throw new AppError('BAD_REQUEST', 'The spread of vectors comes from the run’s dataset, which is no longer here.');
}
