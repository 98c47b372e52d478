import { setImmediate } from 'node:timers/promises';
import { type Signal, valuesOf } from '@shared/specs';
import type { Program } from '../tensorflow/graph';
import type { TrainingPictures } from './autoencoder';
import type { VectorDecoder } from './vector-network';

/** Pictures read at once. */
const BATCH = 256;

/**
 * A model's `prepare` that lets the decoder begin with the mean of the training pictures (as yburda/iwae does): its last bias
 * becomes the output for that mean, of every pixel in a fully connected network, of every channel in a convolutional one.
 * @param outputOf mean brightness in [0, 1] → what the decoder puts out for it
 */
export function prepareMean(
  program: Program,
  { bias }: VectorDecoder,
  signal: Signal,
  outputOf: (mean: number) => number,
): (pictures: TrainingPictures) => Promise<void> {
  return async (pictures) => {
    const mean = await meanPicture(pictures, signal);
    const size = bias.shape[0] ?? 1;
    const values = new Float32Array(size);
    mean.forEach((value, at) => (values[at % size]! += value / 255 / (mean.length / size)));
    program.load({ [bias.name]: values.map(outputOf) });
  };
}

/** The mean of all training pictures, [H · W · C] from 0 to 255. */
export async function meanPicture(pictures: TrainingPictures, signal: Signal): Promise<Float64Array> {
  const size = valuesOf(signal);
  const sums = new Float64Array(size);
  for (let at = 0; at < pictures.count; at += BATCH) {
    const length = Math.min(BATCH, pictures.count - at);
    const pixels = pictures.read(Array.from({ length }, (_, each) => at + each));
    for (let each = 0, place = 0; each < pixels.length; each++) {
      sums[place]! += pixels[each]!;
      if (++place === size) place = 0;
    }
    await setImmediate();
  }
  return sums.map((sum) => sum / pictures.count);
}
