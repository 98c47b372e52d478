import { createVectorPrior, toTheEnd } from '../priors';
import type { Tensor } from '../tensorflow/native/load';
import { openDatasetVectors } from './dataset-latents';
import { PREVIEWS } from './previews';
import type { PriorGround } from './prior-ground';
import type { PriorOpening, TrainedPrior } from './session-types';
import { createVectorEvaluator } from './vector-prior-evaluation';
import { noiseOf } from './vector-noise';

/** A prior over vectors in training. */
export async function openVectorPrior(
  { spec, autoencoder }: Extract<PriorGround, { kind: 'vector' }>,
  { program, manifest, datasetDirectory, index, onProgress }: PriorOpening,
): Promise<TrainedPrior> {
  const { seed, batch } = manifest.spec.training;
  const { train, test } = index.splits;
  const { latent } = autoencoder;
  const vectors = await openDatasetVectors(datasetDirectory, autoencoder, { onProgress });
  const prior = createVectorPrior(program, spec, { latent, seed });
  const evaluate = createVectorEvaluator(program, prior);
  const sampler = prior.sampler({ batch: PREVIEWS });
  return {
    weights: prior.weights,
    learner: {
      feeds: { vectors: { shape: [batch, latent.length], dtype: 'float32' } },
      loss: (fed, step) => prior.loss(fed.vectors as Tensor, step),
    },
    batch: (items) => ({ vectors: vectors.of(items) }),
    prepare: (options) => prior.prepare(vectors.of(train), options),
    evaluate: (step, options) => evaluate({ vectors, items: test }, { split: 'test', step }, options),
    samples: () => autoencoder.decode(toTheEnd(sampler.draw(noiseOf(PREVIEWS, latent.length, 1))), PREVIEWS),
  };
}
