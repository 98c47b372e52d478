import type { RunManifest } from '@shared/specs';
import { type ItemIndex, openPack, readItemIndex } from '../media/pack';
import { createProgram } from '../tensorflow/graph';
import { openCodePrior } from './code-prior-session';
import { batchOf } from './data/batches';
import { createOrder } from './data/order';
import { loadGround } from './prior-ground';
import { requireItems, sessionState } from './session';
import type { Batches, SessionFolders, TrainedPrior, TrainingSession } from './session-types';
import { defineTrainStep } from './train-step';
import { openVectorPrior } from './vector-prior-session';

/** A run that trains a prior on the latents that an autoencoder gives a dataset's items. */
export async function openPriorSession(manifest: RunManifest, folders: SessionFolders): Promise<TrainingSession> {
  const { training } = manifest.spec;
  const ground = await loadGround(folders.runDirectory, manifest);
  const program = createProgram({ seed: training.seed });
  const dispose = () => {
    program.dispose();
    ground.autoencoder.dispose();
  };
  try {
    const { datasetDirectory } = folders;
    const index = await readIndex(datasetDirectory);
    const { train, test } = index.splits;
    requireItems(train);
    const opening = { program, manifest, datasetDirectory, index, onProgress: reportEncoding() };
    const prior =
      ground.kind === 'codes' ? await openCodePrior(ground, opening) : await openVectorPrior(ground, opening);
    const trainStep = defineTrainStep(program, prior.learner, training);
    program.compile();
    const withAverages = <T>(work: () => T | Promise<T>) => trainStep.averages?.during(work) ?? Promise.resolve(work());
    return {
      trainStep,
      heldOut: test.length,
      evaluate: (step, options) =>
        withAverages(async () => ({ evaluation: await prior.evaluate(step, options), counts: new Uint32Array(0) })),
      previews: {
        index: { items: [], signal: ground.autoencoder.info.signal },
        originals: () => null,
        now: () => withAverages(() => prior.samples()),
      },
      async prepare(options) {
        await prior.prepare(options);
        trainStep.averages?.restart();
      },
      batchesFrom: (firstStep) => priorBatches(prior, train, training, firstStep),
      ...sessionState(program, prior, training, trainStep),
      dispose,
    };
  } catch (thrown) {
    dispose();
    throw thrown;
  }
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

function priorBatches(
  prior: TrainedPrior,
  items: Uint32Array,
  { batch, accumulate, seed }: RunManifest['spec']['training'],
  firstStep: number,
): Batches {
  const order = createOrder(seed, items.length);
  let number = (firstStep - 1) * accumulate + 1;
  return {
    next() {
      const { items: chosen } = batchOf({ items, batch, accumulate, seed }, order, number);
      number += 1;
      return Promise.resolve(prior.batch(chosen));
    },
    recycle: () => undefined,
    waited: 0,
    close: () => Promise.resolve(),
  };
}
