import { type LoadedCodePrior, type LoadedPrior, evaluatePrior } from '../training';
import { fillOpen } from './fill';
import { filledWithGrey } from './grey';
import { surpriseOn } from './larger-surprise';
import type { RunLongJob } from './long-jobs';
import type { ModelCache } from './model-cache';
import { nearestItems } from './nearest-items';
import { picturesOf } from './pictures';
import { createPhases, createProgress } from './progress';
import { samplePriorFiles } from './sample-files';
import { measureSamples } from './sample-quality';
import { drawingReports, requireGivenEach, surpriseOf } from './samples';
import type { Studio } from './studio';
import { samplesOf } from './vector-samples';
import { watchSample } from './watch-sample';

/** What is asked of priors, of any or of those over codes; all that draws or measures is long work. */
export function priorHandlers({
  priors,
  codePriors,
  long,
}: {
  priors: ModelCache<LoadedPrior>;
  codePriors: Pick<ModelCache<LoadedCodePrior>, 'use'>;
  long: RunLongJob;
}) {
  return {
    'studio.evaluatePrior': ({ runDirectory, step, datasetDirectory, split }, { signal, progress }) =>
      long(signal, () =>
        priors.use(runDirectory, step, (prior) =>
          evaluatePrior(prior, datasetDirectory, split, { signal, onProgress: createProgress('evaluating', progress) }),
        ),
      ),

    'studio.samples': ({ runDirectory, step, showing, ...what }, { signal, progress }) =>
      long(signal, () =>
        priors.use(runDirectory, step, (prior) => samplesOf(prior, what, drawingReports(signal, progress, showing))),
      ),

    'studio.watchSample': ({ runDirectory, step, ...what }, { signal, progress }) =>
      long(signal, () =>
        codePriors.use(runDirectory, step, (prior) =>
          watchSample(prior, what, { signal, onProgress: createProgress('drawing', progress) }),
        ),
      ),

    'studio.decodeUnfinished': ({ runDirectory, step, count, codes }) =>
      codePriors.use(runDirectory, step, ({ autoencoder }) => {
        requireGivenEach(codes, count, autoencoder.latent, 'codes');
        const pixels = autoencoder.decode(filledWithGrey(autoencoder, codes), count);
        return { step, pictures: picturesOf(autoencoder.info.image, pixels) };
      }),

    'studio.samplePriorFiles': ({ runDirectory, step, ...what }, { signal, progress }) =>
      long(signal, () =>
        priors.use(runDirectory, step, (prior) =>
          samplePriorFiles(prior, what, { signal, onProgress: createProgress('drawing', progress) }),
        ),
      ),

    'studio.fill': ({ runDirectory, step, ...what }, { signal, progress }) =>
      long(signal, () =>
        codePriors.use(runDirectory, step, (prior) =>
          fillOpen(prior, what, { signal, onProgress: createProgress('drawing', progress) }),
        ),
      ),

    'studio.sampleQuality': ({ runDirectory, step, ...what }, { signal, progress }) =>
      long(signal, () =>
        codePriors.use(runDirectory, step, (prior) =>
          measureSamples(prior, { ...what, signal, onProgress: createPhases(progress) }),
        ),
      ),

    'studio.nearestItems': ({ runDirectory, step, ...what }, { signal, progress }) =>
      long(signal, () =>
        codePriors.use(runDirectory, step, (prior) =>
          nearestItems(prior, { ...what, signal, onProgress: createPhases(progress) }),
        ),
      ),

    'studio.surprise': ({ runDirectory, step, latent, canvas, label }, { signal }) =>
      codePriors.use(runDirectory, step, async (prior) => ({
        step,
        nats:
          canvas && latent.kind === 'codes'
            ? await surpriseOn(prior, canvas, latent.indices, label, signal)
            : surpriseOf(prior, latent, label),
      })),
  } satisfies Partial<Studio['handlers']>;
}
