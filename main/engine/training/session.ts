import path from 'node:path';
import { AppError } from '@shared/errors';
import { type RunManifest, packFileName } from '@shared/specs';
import { type Autoencoder, createAutoencoder, fromPixels, toPixels } from '../autoencoders';
import { type ItemIndex, type Pack, openPack, readItemIndex } from '../media/pack';
import { type Program, createProgram } from '../tensorflow/graph';
import { type Batches, openBatches } from './data/batches';
import { createEvaluator, requireShape } from './evaluate';
import { choosePreviewItems } from './previews';
import { readOptimizer, readState, readWeights } from './run-files';
import { defineTrainStep } from './train-step';
import { type TrainingSnapshot, trainingState } from './training-state';

/** What a run trains with: its data and its program with every function it will need, captured. Knows no files of the run. */
export interface TrainingSession {
  readonly model: Autoencoder;
  readonly pack: Pack;
  readonly index: ItemIndex;
  readonly previewItems: number[];
  readonly trainStep: ReturnType<typeof defineTrainStep>;
  /** Evaluates the present weights, or their averages where they are kept. */
  readonly evaluate: ReturnType<typeof createEvaluator>;
  /** The preview items' pixels → their reconstructions, with the same weights as `evaluate`. */
  reconstruct(pixels: Uint8Array): Promise<Uint8Array>;
  /** Fits what isn't learnt step by step; before the first step of a run. */
  prepare(): Promise<void>;
  /** Batches from that step on. Call once. */
  batchesFrom(step: number): Batches;
  /**
   * All variables: the model's weights, or their averages where they are kept, and what else training needs to go on: with
   * averages the weights that are trained, as `trained/<name>`.
   */
  snapshot(): TrainingSnapshot;
  /** Sets all variables from a checkpoint. Throws NOT_FOUND, BAD_FILE. */
  restore(runDirectory: string, step: number): void;
  dispose(): void;
}

/**
 * Opens the dataset and builds the program of a run; the weights are drawn from the run's seed.
 * @throws NOT_FOUND or BAD_FILE for the dataset, BAD_REQUEST where run and dataset don't fit
 */
export async function openSession(manifest: RunManifest, datasetDirectory: string): Promise<TrainingSession> {
  const { spec, image, trainVariance } = manifest;
  const { training } = spec;
  const pack = openPack(datasetDirectory);
  const program = createProgram({ seed: training.seed });
  try {
    requireShape(pack, { image });
    const index = await readItemIndex(datasetDirectory, pack.count);
    if (index.splits.train.length === 0) {
      throw new AppError(
        'BAD_REQUEST',
        'The dataset has no items to train on.',
        'Import it again with a smaller share held out.',
      );
    }
    const model = createAutoencoder(spec.model, image, trainVariance, program, training.seed);
    const previewItems = choosePreviewItems(index);
    const trainStep = defineTrainStep(program, model, training);
    const evaluate = createEvaluator(program, model, trainVariance);
    const reconstruct = defineReconstruction(program, model, previewItems.length);
    program.compile();
    const state = trainingState(program, model, trainStep);
    const withAverages = <T>(work: () => T | Promise<T>) => trainStep.averages?.during(work) ?? Promise.resolve(work());
    return {
      model,
      pack,
      index,
      previewItems,
      trainStep,
      evaluate: (...args) => withAverages(() => evaluate(...args)),
      reconstruct: (pixels) => withAverages(() => reconstruct(pixels)),
      async prepare() {
        if (!model.prepare) return;
        const { train } = index.splits;
        await model.prepare({
          count: train.length,
          read: (numbers) => pack.readItems(Uint32Array.from(numbers, (number) => train[number] ?? 0)),
        });
        trainStep.averages?.restart();
      },
      batchesFrom: (firstStep) =>
        openBatches({
          pack: { file: path.join(datasetDirectory, packFileName(pack.shape)), ...pack.shape },
          items: index.splits.train,
          batch: training.batch,
          accumulate: training.accumulate,
          flip: training.flip,
          seed: training.seed,
          firstStep,
        }),
      snapshot: state.read,
      restore(runDirectory, step) {
        const { seed } = readState(runDirectory, step);
        if (seed !== training.seed)
          throw new AppError('BAD_FILE', `The checkpoint at step ${step} is of a run with seed ${seed}.`);
        state.load(readWeights(runDirectory, step), readOptimizer(runDirectory, step), step);
      },
      dispose() {
        pack.close();
        program.dispose();
      },
    };
  } catch (thrown) {
    pack.close();
    program.dispose();
    throw thrown;
  }
}

function defineReconstruction(program: Program, model: Autoencoder, count: number) {
  const { height, width, channels } = model.image;
  const spec = { feeds: { pixels: { shape: [count, height, width, channels], dtype: 'uint8' } } } as const;
  const reconstruct = program.define('reconstruct', spec, ({ pixels }) => ({
    reconstruction: toPixels(model.decode(model.encode(fromPixels(pixels)))),
  }));
  return (pixels: Uint8Array) => Uint8Array.from(reconstruct.run({ pixels }).reconstruction.data);
}
