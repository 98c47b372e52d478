import type { RunPlan } from '@shared/contract';
import type { ImageShape, RunSpec } from '@shared/specs';
import { createAutoencoder } from '../autoencoders';
import { createProgram } from '../tensorflow/graph';
import { tf } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { comfortableBatch } from './inference';

/**
 * The estimate of memory, fitted to the peak resident size of trainers on the CPU (Linux, two threads):
 *
 *   preset, batch      tiny 32   cifar10 32   cifar10 64   cifar10 256   photo128 16
 *   measured, MB           515          628          651          1122           835
 *   estimated, MB          514          617          705          1235           714
 */
const memory = {
  /** Node, TensorFlow and the graph machinery before there is a model. */
  base: 505e6,
  /** Of the model's state: itself, gradient, two moments, and all of it once more while a checkpoint is written. */
  copies: 8,
  /** Of what a forward pass computes: TensorFlow reuses memory as soon as a value has been used. */
  activations: 0.45,
};
/** A forward pass alone, as in evaluation, needs about this share of a training step's memory. */
const FORWARD_SHARE = 0.25;

/**
 * What a configuration costs. Parameters, grid and bits are exact, from the model's own variables; memory is an estimate
 * of the trainer's resident size, from the sizes of all that a forward pass computes for one item.
 */
export function planRun(spec: RunSpec, image: ImageShape): RunPlan {
  const program = createProgram({ seed: spec.training.seed });
  try {
    const model = createAutoencoder(spec.model, image, 1, program, spec.training.seed);
    const { height, width, codes } = model.latent;
    const parameters = model.weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const activations = bytesOf(() =>
      model.loss(ops.zeros([1, image.height, image.width, image.channels]), ops.scalar(1, 'int32')),
    );
    const bitsPerItem = height * width * Math.log2(codes);
    return {
      parameters,
      memoryBytes: memoryFor({
        state: 4 * program.variables.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
        activations,
        batch: Math.max(spec.training.batch, comfortableBatch(image) * FORWARD_SHARE),
      }),
      grid: { height, width },
      codes,
      bitsPerItem,
      compression: (image.height * image.width * image.channels * 8) / bitsPerItem,
    };
  } finally {
    program.dispose();
  }
}

function memoryFor({ state, activations, batch }: { state: number; activations: number; batch: number }): number {
  return Math.round(memory.base + memory.copies * state + memory.activations * activations * batch);
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
