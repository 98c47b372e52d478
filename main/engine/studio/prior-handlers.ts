import { type LoadedCodePrior, type LoadedPrior, evaluatePrior } from '../training';
import { fillOpen } from './fill';
import { filledWithGrey } from './grey';
import { surpriseOn } from './larger-surprise';
import { nearestItems } from './nearest-items';
import type { OnModel, StudioHandlers } from './on-model';
import { itemsOf } from './items';
import { createPhases, createProgress } from './progress';
import { samplePriorFiles } from './sample-files';
import { measureSamples } from './sample-quality';
import { drawingReports, requireGivenEach, surpriseOf } from './samples';
import { samplesOf } from './vector-samples';
import { watchSample } from './watch-sample';

/** What is asked of priors, of any or of those over codes; all that draws or measures is long work. */
export function priorHandlers({
  onPrior,
  onCodePrior,
}: {
  onPrior: OnModel<LoadedPrior>;
  onCodePrior: OnModel<LoadedCodePrior>;
}) {
  return {
    'studio.evaluatePrior': onPrior.long((prior, { datasetDirectory, split }, { signal, progress }) =>
      evaluatePrior(prior, datasetDirectory, split, { signal, onProgress: createProgress('evaluating', progress) }),
    ),

    'studio.samples': onPrior.long((prior, { showing, ...what }, { signal, progress }) =>
      samplesOf(prior, what, drawingReports(signal, progress, showing)),
    ),

    'studio.watchSample': onCodePrior.long((prior, what, { signal, progress }) =>
      watchSample(prior, what, { signal, onProgress: createProgress('drawing', progress) }),
    ),

    'studio.decodeUnfinished': onCodePrior(({ autoencoder }, { step, count, codes }) => {
      requireGivenEach(codes, count, autoencoder.latent, 'codes');
      const pixels = autoencoder.decode(filledWithGrey(autoencoder, codes), count);
      return { step, pictures: itemsOf(autoencoder.info.signal, pixels) };
    }),

    'studio.samplePriorFiles': onPrior.long((prior, what, { signal, progress }) =>
      samplePriorFiles(prior, what, { signal, onProgress: createProgress('drawing', progress) }),
    ),

    'studio.fill': onCodePrior.long((prior, what, { signal, progress }) =>
      fillOpen(prior, what, { signal, onProgress: createProgress('drawing', progress) }),
    ),

    'studio.sampleQuality': onCodePrior.long((prior, what, { signal, progress }) =>
      measureSamples(prior, { ...what, signal, onProgress: createPhases(progress) }),
    ),

    'studio.nearestItems': onCodePrior.long((prior, what, { signal, progress }) =>
      nearestItems(prior, { ...what, signal, onProgress: createPhases(progress) }),
    ),

    'studio.surprise': onCodePrior(async (prior, { step, latent, canvas, label }, { signal }) => ({
      step,
      nats:
        canvas && latent.kind === 'codes'
          ? await surpriseOn(prior, canvas, latent.indices, label, signal)
          : surpriseOf(prior, latent, label),
    })),
  } satisfies Partial<StudioHandlers>;
}
