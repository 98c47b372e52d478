import { setImmediate } from 'node:timers/promises';
import type { Drawing, Samples } from '@shared/contract';
import { AppError } from '@shared/errors';
import type { LoadedPrior, LoadedVectorPrior } from '../training';
import { noiseOf } from '../training/vector-noise';
import { itemsOf } from './items';
import { BATCH, type DrawOptions, drawSamples, seedOfBatch } from './samples';

/** Draws samples of a prior, whatever it is over, and decodes them. Throws BAD_REQUEST naming the field; CANCELLED. */
export function samplesOf(loaded: LoadedPrior, drawing: Drawing, options: DrawOptions): Promise<Samples> {
  return loaded.kind === 'codes' ? drawSamples(loaded, drawing, options) : drawVectors(loaded, drawing, options);
}

/**
 * Samples of a prior over vectors. Of the settings, seed, numbers and temperature count; the temperature is a factor on
 * the noise of the Gaussian that a vector, or a component of it, is drawn from (as in Kingma and Dhariwal 2018, section
 * 6).
 * @throws BAD_REQUEST where a class or codes are asked for; CANCELLED
 */
async function drawVectors(
  { info, prior, autoencoder, sampler }: LoadedVectorPrior,
  { count, first, seed, temperature, label, given }: Drawing,
  { signal, onProgress }: DrawOptions,
): Promise<Samples> {
  if (label !== null) throw refused('label', 'This prior was trained without classes: it can’t draw one of a class.');
  if (given) throw refused('given', 'This prior is over vectors: there are no codes that could be settled.');
  const { length } = prior.latent;
  const vectors = new Float32Array(count * length);
  for (let batch = Math.floor(first / BATCH); batch * BATCH < first + count; batch++) {
    const from = Math.max(first, batch * BATCH);
    const to = Math.min(first + count, (batch + 1) * BATCH);
    const noise = noiseOf(BATCH, length, seedOfBatch(seed, batch));
    const drawing = sampler(BATCH).draw({ ...noise, normal: noise.normal.map((value) => temperature * value) });
    for (;;) {
      if (signal.aborted) throw new AppError('CANCELLED', 'Drawing was cancelled.');
      const { done, value } = drawing.next();
      if (done) {
        const wanted = value.subarray((from - batch * BATCH) * length, (to - batch * BATCH) * length);
        vectors.set(wanted, (from - first) * length);
        break;
      }
      onProgress(from - first + Math.floor(((to - from) * value.drawn) / value.total), count);
      await setImmediate();
    }
    onProgress(to - first, count);
  }
  const pictures = itemsOf(info.signal, autoencoder.decode(vectors, count));
  return { step: info.step, pictures, codes: new Int32Array(0), vectors };
}

const refused = (field: string, message: string): AppError => new AppError('BAD_REQUEST', message, '', { field });
