import type { Evaluation } from '@shared/contract';
import { AppError } from '@shared/errors';
import { type Split, latentSize } from '@shared/specs';
import { openDatasetCodes, openDatasetVectors } from './dataset-latents';
import type { LoadedCodePrior, LoadedPrior, LoadedVectorPrior } from './load-prior';
import { createPriorEvaluator, defineSurprise } from './prior-evaluation';
import { readIndex } from './prior-session';
import { createVectorEvaluator } from './vector-prior-evaluation';

interface Options {
  signal?: AbortSignal;
  onProgress?(done: number, total: number): void;
}

/**
 * Judges a checkpoint of a prior over a whole split of a dataset.
 * @throws BAD_REQUEST if the dataset's items have another shape than the autoencoder's, or the split is empty;
 * CANCELLED
 */
export async function evaluatePrior(
  loaded: LoadedPrior,
  datasetDirectory: string,
  split: Split,
  options: Options = {},
): Promise<Evaluation> {
  const { splits, labels } = await readIndex(datasetDirectory);
  const [items, { step }] = [splits[split], loaded.info];
  if (items.length === 0)
    throw new AppError('BAD_REQUEST', `The dataset has no items in its ${split} split.`, '', { field: 'split' });
  if (loaded.kind === 'vector') {
    const vectors = await openDatasetVectors(datasetDirectory, loaded.autoencoder, options);
    return vectorEvaluator(loaded)({ vectors, items }, { split, step }, options);
  }
  const codes = await openDatasetCodes(datasetDirectory, loaded.autoencoder, options);
  return codeEvaluator(loaded)({ codes, items, train: splits.train, labels }, { split, step }, options);
}

/** How unlikely each code of one item is [latentSize], nats; of class `label`, −1 for none. */
export function judgeCodes({ program, prior }: LoadedCodePrior, indices: Int32Array, label: number): Float32Array {
  const surprise = program.once('surprise', () => defineSurprise(program, prior));
  if (indices.length !== latentSize(prior.latent))
    throw new AppError('INTERNAL', `An item has ${latentSize(prior.latent)} codes, not ${indices.length}.`);
  return Float32Array.from(surprise.run({ codes: indices, labels: [label] }).nats.data);
}

const codeEvaluator = ({ program, prior, info }: LoadedCodePrior) =>
  program.once('prior-evaluator', () => createPriorEvaluator(program, prior, info.signal));
const vectorEvaluator = ({ program, prior }: LoadedVectorPrior) =>
  program.once('prior-evaluator', () => createVectorEvaluator(program, prior));
