import { type CodePrior, createCodePrior, toTheEnd } from '../priors';
import type { Tensor } from '../tensorflow/native/load';
import { openDatasetCodes } from './dataset-latents';
import { PREVIEWS } from './previews';
import { createPriorEvaluator } from './prior-evaluation';
import type { PriorGround } from './prior-ground';
import type { PriorOpening, TrainedPrior } from './session-types';

/** A prior over codes in training. */
export async function openCodePrior(
  { spec, autoencoder }: Extract<PriorGround, { kind: 'codes' }>,
  { program, manifest, datasetDirectory, index, onProgress }: PriorOpening,
): Promise<TrainedPrior> {
  const { seed, batch } = manifest.spec.training;
  const { splits, labels } = index;
  const { latent, info } = autoencoder;
  const codes = await openDatasetCodes(datasetDirectory, autoencoder, { onProgress });
  const prior = createCodePrior(program, spec, { latent, classes: manifest.classes.length, seed });
  const evaluate = createPriorEvaluator(program, prior, info.signal);
  const sampler = prior.sampler({ batch: PREVIEWS });
  const judged = { codes, items: splits.test, train: splits.train, labels };
  return {
    weights: prior.weights,
    learner: {
      feeds: { codes: { shape: [batch, codes.size], dtype: 'int32' }, labels: { shape: [batch], dtype: 'int32' } },
      loss: (fed, step) => prior.loss(fed.codes as Tensor, fed.labels as Tensor, step),
    },
    batch: (items) => ({ codes: codes.of(items), labels: Int32Array.from(items, (item) => labels[item] ?? -1) }),
    prepare: () => Promise.resolve(),
    evaluate: (step, options) => evaluate(judged, { split: 'test', step }, options),
    samples: () => autoencoder.decode(previewCodes(sampler, prior), PREVIEWS),
  };
}

/** The classes in turn. */
function previewCodes(sampler: ReturnType<CodePrior['sampler']>, { classes }: CodePrior): Int32Array {
  const labels = classes > 0 ? Array.from({ length: PREVIEWS }, (_, index) => index % classes) : undefined;
  return toTheEnd(sampler.draw({ seed: 1, ...(labels && { labels }) }));
}
