import { setImmediate } from 'node:timers/promises';
import type { Drawing, Latent, Samples } from '@shared/contract';
import { AppError } from '@shared/errors';
import { type CodesLatent, latentSize, layersOf } from '@shared/specs';
import { type LoadedPrior, judgeCodes } from '../training';
import { requireLatent } from './latents';
import { picturesOf } from './pictures';

/**
 * Samples that are drawn at once, however few are asked for: a draw depends on its place in the batch, and so sample n of a seed is
 * the same whatever their number.
 */
const BATCH = 16;

/**
 * Draws samples of a prior and decodes them.
 * @throws BAD_REQUEST naming the field, for a class that isn't one or codes that aren't; CANCELLED
 */
export async function drawSamples(
  { info, manifest, prior, autoencoder, sampler }: LoadedPrior,
  { count, first, seed, label, given, ...options }: Drawing,
  { signal, onProgress }: { signal: AbortSignal; onProgress(done: number, total: number): void },
): Promise<Samples> {
  requireLabel(label, prior.classes, manifest.classes);
  const size = latentSize(prior.latent);
  if (given) requireGiven(given, prior.latent);
  const draws = sampler(BATCH);
  const codes = new Int32Array(count * size);
  const labels = label === null ? undefined : new Int32Array(BATCH).fill(label);
  const settled = given && Int32Array.from({ length: BATCH * size }, (_, at) => given[at % size] ?? -1);
  for (let batch = Math.floor(first / BATCH); batch * BATCH < first + count; batch++) {
    const from = Math.max(first, batch * BATCH);
    const to = Math.min(first + count, (batch + 1) * BATCH);
    const drawing = draws.draw({
      ...options,
      seed: seedOfBatch(seed, batch),
      ...(labels && { labels }),
      ...(settled && { given: settled }),
    });
    for (;;) {
      if (signal.aborted) throw new AppError('CANCELLED', 'Drawing was cancelled.');
      const { done, value } = drawing.next();
      if (done) {
        codes.set(value.subarray((from - batch * BATCH) * size, (to - batch * BATCH) * size), (from - first) * size);
        break;
      }
      onProgress(from - first + Math.floor(((to - from) * value.drawn) / value.total), count);
      await setImmediate();
    }
  }
  const pixels = autoencoder.decode(codes, count);
  return { step: info.step, pictures: picturesOf(info.image, pixels), codes };
}

/** −log p of each code of a latent, nats [latentSize]. Throws BAD_REQUEST for a latent or class that isn't one. */
export function surpriseOf(model: LoadedPrior, latent: Latent, label: number | null): Float32Array {
  requireLabel(label, model.prior.classes, model.manifest.classes);
  requireLatent(latent, model.info);
  if (latent.kind !== 'codes') throw new AppError('INTERNAL', 'A prior over codes was asked about a vector.');
  return judgeCodes(model, latent.indices, label ?? -1);
}

/** Batches of one seed differ, and so do the same batches of two. */
function seedOfBatch(seed: number, batch: number): number {
  return (seed ^ Math.imul(batch, 0x9e3779b9)) & 0x7fffffff;
}

function requireLabel(label: number | null, classes: number, names: readonly string[]): void {
  if (label === null || label < classes) return;
  const message =
    classes === 0
      ? 'This prior was trained without classes: it can’t draw one of a class.'
      : `There is no class ${label}: the classes are 0 to ${classes - 1} (${names.slice(0, 20).join(', ')}).`;
  throw new AppError('BAD_REQUEST', message, '', { field: 'label' });
}

function requireGiven(given: Int32Array, latent: CodesLatent): void {
  const size = latentSize(latent);
  const wrong = (message: string) => new AppError('BAD_REQUEST', message, '', { field: 'given' });
  if (given.length !== size) throw wrong(`An item has ${size} codes, not ${given.length}.`);
  for (const { first, stride, height, width, codes } of layersOf(latent)) {
    for (let cell = 0; cell < height * width; cell++) {
      const code = given[first + cell * stride] ?? -1;
      if (code < -1 || code >= codes)
        throw wrong(`There is no code ${code}: expected 0 to ${codes - 1}, or −1 for an open one.`);
    }
  }
}
