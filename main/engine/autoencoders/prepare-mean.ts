import { setImmediate } from 'node:timers/promises';
import { type Signal, mediumOf, valuesOf } from '@shared/specs';
import type { Program } from '../tensorflow/graph';
import type { TrainingItems } from './autoencoder';
import type { VectorDecoder } from './vector-network';

/** Items read at once. */
const BATCH = 256;

/**
 * A model's `prepare` that lets the decoder begin with the mean of the training items (as yburda/iwae does): its last bias
 * becomes the output for that mean, of every value in a fully connected network, of every channel in a convolutional one.
 * @param outputOf mean value, 0 to 1 over the medium's range, → what the decoder puts out for it
 */
export function prepareMean(
  program: Program,
  { bias }: VectorDecoder,
  signal: Signal,
  outputOf: (mean: number) => number,
): (items: TrainingItems) => Promise<void> {
  return async (items) => {
    const mean = await meanItem(items, signal);
    const [low, high] = mediumOf(signal).range;
    const size = bias.shape[0] ?? 1;
    const biases = new Float32Array(size);
    mean.forEach((value, at) => (biases[at % size]! += (value - low) / (high - low) / (mean.length / size)));
    program.load({ [bias.name]: biases.map(outputOf) });
  };
}

/** The mean of all training items as they are stored, [...shape]. */
export async function meanItem(items: TrainingItems, signal: Signal): Promise<Float64Array> {
  const size = valuesOf(signal);
  const sums = new Float64Array(size);
  for (let at = 0; at < items.count; at += BATCH) {
    const length = Math.min(BATCH, items.count - at);
    const values = items.read(Array.from({ length }, (_, each) => at + each));
    for (let each = 0, place = 0; each < values.length; each++) {
      sums[place]! += values[each]!;
      if (++place === size) place = 0;
    }
    await setImmediate();
  }
  return sums.map((sum) => sum / items.count);
}
