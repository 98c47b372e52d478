import type { RunPlan } from '@shared/contract';
import { AppError } from '@shared/errors';
import {
  type AutoencoderKind,
  type Signal,
  type RunSpec,
  type TrainingSpec,
  isAutoencoder,
  latentBits,
  valuesOf,
  shapeOf,
} from '@shared/specs';
import { createAutoencoder } from '../autoencoders';
import { type Program, type Variable, createProgram } from '../tensorflow/graph';
import { tf } from '../tensorflow/native/load';
import { createAccumulation } from './accumulation';
import { comfortableBatch } from './inference';
import { createOptimizer } from './optimizers';

/**
 * The estimate of memory, fitted to the peak resident size of trainers on the CPU (Linux, two threads, TensorFlow 2.21)
 * by `node test/bench/memory/run.mjs`, which prints both.
 */
const memory = {
  /** Node, TensorFlow and the graph machinery before there is a model. */
  base: 491e6,
  /** Copies of every variable that training holds in memory. */
  variables: 1,
  /**
   * The same for trained ones: gradients, oneDNN's kernel layouts, copies while a program is built and a checkpoint
   * written.
   */
  trained: 10,
  /**
   * The share of a loss's activations per item that is in memory at once: the graph fuses some, and frees what the
   * backward pass doesn't need. It can free less where much lies between convolutions (norms, swish, softmax over
   * codes, a discriminator's passes).
   */
  activations: (kind: AutoencoderKind): number => activationShares[kind] ?? 0.36,
};
const activationShares: Partial<Record<AutoencoderKind, number>> = { dvae: 0.75, vqgan: 0.8, 'vit-vqgan': 0.55 };
/** A forward pass alone, as in evaluation, needs about this share of a training step's memory. */
const FORWARD_SHARE = 0.25;

/**
 * What a configuration costs. Parameters, latent and bits are exact, from the model's own variables; memory is an
 * estimate of the trainer's resident size, from the sizes of all variables and of all that a forward pass would
 * compute: nothing is.
 * @param items number of training items, where the dataset is known
 * @throws BAD_REQUEST naming the field that cannot be satisfied, a split with too few items included
 */
export function planRun(spec: RunSpec, signal: Signal, items: number | null = null): RunPlan {
  const { model: autoencoder, training } = spec;
  if (!isAutoencoder(autoencoder)) throw new AppError('INTERNAL', 'A prior was planned as an autoencoder.');
  const program = createProgram({ seed: training.seed });
  try {
    const model = createAutoencoder(program, autoencoder, { signal, dataVariance: 1, seed: training.seed });
    if (items !== null) model.requireItems?.(items);
    model.beginTraining?.();
    const parameters = model.weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const forward = (items: number) =>
      program.rehearse(
        {
          images: { shape: [items, ...shapeOf(signal)], dtype: 'float32' },
          step: { shape: [], dtype: 'int32' },
        },
        ({ images, step }) => bytesOf(() => model.loss(images, step)),
      );
    // What is there once, such as the codebook's norms, is the same in both.
    const perItem = forward(2) - forward(1);
    const averages = training.averageDecay > 0 ? bytesOfAll(program.trainable) : 0;
    addTrainingState(program, training);
    const bitsPerItem = latentBits(model.latent);
    return {
      parameters,
      memoryBytes: Math.round(
        memory.base +
          memory.variables * (bytesOfAll(program.variables) + averages) +
          memory.trained * bytesOfAll(program.trainable) +
          memory.activations(autoencoder.kind) *
            perItem *
            Math.max(training.batch, comfortableBatch(signal) * FORWARD_SHARE),
      ),
      latent: model.latent,
      bitsPerItem,
      compression: (valuesOf(signal) * 8) / bitsPerItem,
    };
  } finally {
    program.dispose();
  }
}

/**
 * The variables that training adds to the model's, except averages, which begin with values that are not drawn here.
 */
function addTrainingState(program: Program, training: TrainingSpec): void {
  const { variables } = createOptimizer(program, training);
  if (training.accumulate > 1) createAccumulation(program, variables);
}

function bytesOfAll(variables: readonly Variable[]): number {
  return 4 * variables.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** Bytes of all tensors that `compute` makes and doesn't dispose of itself. */
function bytesOf(compute: () => unknown): number {
  let bytes = 0;
  tf.tidy(() => {
    const before = tf.memory().numBytes;
    compute();
    bytes = tf.memory().numBytes - before;
  });
  return bytes;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
