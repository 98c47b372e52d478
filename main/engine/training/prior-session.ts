import path from 'node:path';
import { AppError } from '@shared/errors';
import { type PriorSpec, type RunManifest, isPrior, runFolder } from '@shared/specs';
import { type ItemIndex, openPack, readItemIndex } from '../media/pack';
import { type CodeSampler, type Prior, createPrior } from '../priors';
import { createProgram } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import { batchOf } from './data/batches';
import { createOrder } from './data/order';
import { type DatasetCodes, openDatasetCodes } from './dataset-codes';
import { type LoadedCodeRun, loadRun } from './load-run';
import { PREVIEWS } from './previews';
import { createPriorEvaluator } from './prior-evaluation';
import { type Batches, type SessionFolders, type TrainingSession, requireItems, sessionState } from './session';
import { type Learner, defineTrainStep } from './train-step';

/** A run that trains a prior on the codes that an autoencoder gives a dataset's pictures. */
export async function openPriorSession(manifest: RunManifest, folders: SessionFolders): Promise<TrainingSession> {
  const { training } = manifest.spec;
  const spec = requirePrior(manifest);
  const autoencoder = await loadAutoencoder(folders.runDirectory, manifest);
  const program = createProgram({ seed: training.seed });
  const dispose = () => {
    program.dispose();
    autoencoder.dispose();
  };
  try {
    const { splits, labels } = await readIndex(folders.datasetDirectory);
    requireItems(splits.train);
    const codes = await openDatasetCodes(folders.datasetDirectory, autoencoder, { onProgress: reportEncoding() });
    const { latent, info } = autoencoder;
    const prior = createPrior(program, spec, { latent, classes: manifest.classes.length, seed: training.seed });
    const trainStep = defineTrainStep(program, learnerOf(prior, training.batch, codes.size), training);
    const evaluate = createPriorEvaluator(program, prior, info.image);
    const sampler = prior.sampler({ batch: PREVIEWS });
    program.compile();
    const withAverages = <T>(work: () => T | Promise<T>) => trainStep.averages?.during(work) ?? Promise.resolve(work());
    const judged = { codes, items: splits.test, train: splits.train, labels };
    return {
      trainStep,
      heldOut: splits.test.length,
      evaluate: (step, options) =>
        withAverages(async () => ({
          evaluation: await evaluate(judged, { split: 'test', step }, options),
          counts: new Uint32Array(0),
        })),
      previews: {
        index: { items: [], ...info.image },
        originals: () => null,
        now: () => withAverages(() => autoencoder.decode(previewCodes(sampler, prior), PREVIEWS)),
      },
      prepare: () => Promise.resolve(),
      batchesFrom: (firstStep) => codeBatches(codes, splits.train, labels, training, firstStep),
      ...sessionState(program, prior, training, trainStep),
      dispose,
    };
  } catch (thrown) {
    dispose();
    throw thrown;
  }
}

/** @throws BAD_REQUEST if the run trains an autoencoder */
export function requirePrior({ name, spec }: RunManifest): PriorSpec {
  if (isPrior(spec.model)) return spec.model;
  throw new AppError('BAD_REQUEST', `“${name}” is an autoencoder (${spec.model.kind}), not a prior.`, '', {
    field: 'run',
  });
}

/**
 * The autoencoder in a prior's folder.
 * @throws BAD_FILE if it isn't the one that the run began with; BAD_REQUEST if its latent is a vector
 */
export async function loadAutoencoder(runDirectory: string, { name, codes }: RunManifest): Promise<LoadedCodeRun> {
  if (!codes) throw new AppError('BAD_FILE', `The run.json of “${name}” doesn't say whose codes it learns.`);
  const run = await loadRun(path.join(runDirectory, runFolder.autoencoder), codes.step);
  if (run.kind === 'codes' && run.info.weightsHash === codes.weightsHash) return run;
  run.dispose();
  if (run.kind === 'codes')
    throw new AppError('BAD_FILE', `The autoencoder in the folder of “${name}” is not the one whose codes it learns.`);
  throw new AppError('BAD_REQUEST', `“${codes.name}” has a vector, not codes: this prior is over codes.`, '', {
    field: 'autoencoder',
  });
}

/** The splits and labels of a dataset. Throws NOT_FOUND, BAD_FILE. */
export async function readIndex(datasetDirectory: string): Promise<ItemIndex> {
  const pack = openPack(datasetDirectory);
  try {
    return await readItemIndex(datasetDirectory, pack.count);
  } finally {
    pack.close();
  }
}

/** A line in the run's log now and then: encoding a large dataset takes its time. */
function reportEncoding(): (done: number, total: number) => void {
  let tenth = -1;
  return (done, total) => {
    const now = Math.floor((10 * done) / total);
    if (now === tenth) return;
    tenth = now;
    console.log(`Encoding the dataset: ${done} of ${total} items.`);
  };
}

function learnerOf(prior: Prior, batch: number, size: number): Learner {
  return {
    feeds: { codes: { shape: [batch, size], dtype: 'int32' }, labels: { shape: [batch], dtype: 'int32' } },
    loss: ({ codes, labels }, step) => prior.loss(codes as Tensor, labels as Tensor, step),
  };
}

function codeBatches(
  codes: DatasetCodes,
  items: Uint32Array,
  labels: Int32Array,
  { batch, accumulate, seed }: RunManifest['spec']['training'],
  firstStep: number,
): Batches {
  const order = createOrder(seed, items.length);
  let number = (firstStep - 1) * accumulate + 1;
  return {
    next() {
      const { items: chosen } = batchOf({ items, batch, accumulate, flip: false, seed }, order, number);
      number += 1;
      const told = Int32Array.from(chosen, (item) => labels[item] ?? -1);
      return Promise.resolve({ codes: codes.of(chosen), labels: told });
    },
    recycle: () => undefined,
    waited: 0,
    close: () => Promise.resolve(),
  };
}

/** The same draws at every preview, the classes in turn. */
function previewCodes(sampler: CodeSampler, { classes }: Prior): Int32Array {
  const labels = classes > 0 ? Array.from({ length: PREVIEWS }, (_, index) => index % classes) : undefined;
  const drawing = sampler.draw({ seed: 1, ...(labels && { labels }) });
  for (;;) {
    const { done, value } = drawing.next();
    if (done) return value;
  }
}
