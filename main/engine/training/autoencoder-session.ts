import path from 'node:path';
import { type RunManifest, type StoredArray, bytesIn, bytesOf, itemsIn, newItems, packFileName } from '@shared/specs';
import { type Autoencoder, createAutoencoder } from '../autoencoders';
import { feedOf, fromStored, toStored } from '../media/kinds/stored';
import { openPack, readItemIndex } from '../media/pack';
import { type Program, createProgram } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { openBatches } from './data/batches';
import { createEvaluator, requireShape } from './evaluate';
import { requireAutoencoder } from './load-run';
import { choosePreviewItems } from './previews';
import { requireItems, sessionState } from './session';
import type { SessionFolders, TrainingSession } from './session-types';
import { type Learner, defineTrainStep } from './train-step';

/** A run that trains an autoencoder on a dataset's items. */
export async function openAutoencoderSession(
  manifest: RunManifest,
  { datasetDirectory }: Pick<SessionFolders, 'datasetDirectory'>,
): Promise<TrainingSession> {
  const { spec, signal, trainVariance } = manifest;
  const { training } = spec;
  const pack = openPack(datasetDirectory);
  const program = createProgram({ seed: training.seed });
  const dispose = () => {
    pack.close();
    program.dispose();
  };
  try {
    requireShape(pack, { signal });
    const { splits, ...labelled } = await readItemIndex(datasetDirectory, pack.count);
    requireItems(splits.train);
    const model = createAutoencoder(program, requireAutoencoder(manifest), {
      signal,
      dataVariance: trainVariance,
      seed: training.seed,
    });
    const previewItems = choosePreviewItems({ splits, ...labelled });
    const trainStep = defineTrainStep(program, learnerOf(model, training.batch, trainVariance), training);
    const evaluate = createEvaluator(program, model, trainVariance);
    const reconstruct = defineReconstruction(program, model, previewItems.length);
    program.compile();
    const withAverages = <T>(work: () => T | Promise<T>) => trainStep.averages?.during(work) ?? Promise.resolve(work());
    return {
      trainStep,
      heldOut: splits.test.length,
      evaluate: (step, options) => withAverages(() => evaluate(pack, splits.test, { split: 'test', step }, options)),
      previews: {
        index: { items: previewItems, signal: pack.signal },
        originals: () => pack.readItems(previewItems),
        now: () => withAverages(() => reconstruct(pack.readItems(previewItems))),
      },
      async prepare() {
        if (!model.prepare) return;
        const { train } = splits;
        await model.prepare({
          count: train.length,
          read: (numbers) => pack.readItems(Uint32Array.from(numbers, (number) => train[number] ?? 0)),
        });
        trainStep.averages?.restart();
      },
      batchesFrom(firstStep) {
        const { batch, accumulate, seed } = training;
        const file = path.join(datasetDirectory, packFileName(signal));
        const layout = { file, itemBytes: bytesOf(signal), signal, augmentation: spec.augmentation };
        const read = openBatches({ pack: layout, items: splits.train, batch, accumulate, seed, firstStep });
        return {
          next: async () => ({ stored: itemsIn(signal, await read.next()) }),
          recycle: ({ stored }) => read.recycle(bytesIn(stored as StoredArray) as Uint8Array<ArrayBuffer>),
          get waited() {
            return read.waited;
          },
          close: read.close,
        };
      },
      ...sessionState(program, model, training, trainStep),
      dispose,
    };
  } catch (thrown) {
    dispose();
    throw thrown;
  }
}

/** An autoencoder as training sees it: fed items as the pack stores them, and watched by its NMSE beside its own metrics. */
export function learnerOf(model: Autoencoder, batch: number, dataVariance: number): Learner {
  return {
    feeds: { stored: feedOf(model.signal, batch) },
    beginTraining: () => model.beginTraining?.(),
    loss({ stored }, step) {
      const items = fromStored(model.signal, stored as Tensor);
      const found = model.loss(items, step);
      const error = ops.mean(ops.square(ops.sub(found.reconstruction, items)));
      return { ...found, metrics: { nmse: ops.div(error, dataVariance), ...found.metrics } };
    },
  };
}

function defineReconstruction(program: Program, model: Autoencoder, count: number) {
  const { signal } = model;
  const reconstruct = program.define('reconstruct', { feeds: { stored: feedOf(signal, count) } }, ({ stored }) => ({
    reconstruction: toStored(signal, model.decode(model.encode(fromStored(signal, stored)))),
  }));
  return (stored: StoredArray) => {
    const items = newItems(signal, count);
    items.set(reconstruct.run({ stored }).reconstruction.data);
    return items;
  };
}
