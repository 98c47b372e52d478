import type { Evaluation } from '@shared/contract';
import { AppError } from '@shared/errors';
import { type Split, latentSize } from '@shared/specs';
import type { Program } from '../tensorflow/graph';
import { openDatasetCodes } from './dataset-codes';
import type { LoadedPrior } from './load-prior';
import { createPriorEvaluator, defineSurprise } from './prior-evaluation';
import { readIndex } from './prior-session';

interface Options {
  signal?: AbortSignal;
  onProgress?(done: number, total: number): void;
}

/**
 * Judges a checkpoint of a prior over a whole split of a dataset.
 * @throws BAD_REQUEST if the dataset's items have another shape than the autoencoder's, or the split is empty; CANCELLED
 */
export async function evaluatePrior(
  { program, prior, autoencoder, info }: LoadedPrior,
  datasetDirectory: string,
  split: Split,
  options: Options = {},
): Promise<Evaluation> {
  const { splits, labels } = await readIndex(datasetDirectory);
  if (splits[split].length === 0)
    throw new AppError('BAD_REQUEST', `The dataset has no items in its ${split} split.`, '', { field: 'split' });
  const codes = await openDatasetCodes(datasetDirectory, autoencoder, options);
  const evaluate = evaluators.get(program) ?? createPriorEvaluator(program, prior, info.image);
  evaluators.set(program, evaluate);
  const judged = { codes, items: splits[split], train: splits.train, labels };
  return evaluate(judged, { split, step: info.step }, options);
}

/** How unlikely each code of one item is [latentSize], nats; of class `label`, −1 for none. */
export function judgeCodes({ program, prior }: LoadedPrior, indices: Int32Array, label: number): Float32Array {
  const surprise = surprises.get(program) ?? defineSurprise(program, prior);
  surprises.set(program, surprise);
  if (indices.length !== latentSize(prior.latent))
    throw new AppError('INTERNAL', `An item has ${latentSize(prior.latent)} codes, not ${indices.length}.`);
  return Float32Array.from(surprise.run({ codes: indices, labels: [label] }).nats.data);
}

/** A program takes a function once. */
const evaluators = new WeakMap<Program, ReturnType<typeof createPriorEvaluator>>();
const surprises = new WeakMap<Program, ReturnType<typeof defineSurprise>>();
