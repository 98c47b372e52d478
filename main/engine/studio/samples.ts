import { setImmediate } from 'node:timers/promises';
import type { Drawing, DrawingProgress, Latent, Items, Samples } from '@shared/contract';
import { AppError } from '@shared/errors';
import { type CodesLatent, latentSize, layersOf } from '@shared/specs';
import type { Drawn } from '../priors';
import { type LoadedCodePrior, judgeCodes } from '../training';
import { filledWithGrey } from './grey';
import { requireLatent } from './latents';
import { itemsOf } from './items';
import { createProgress } from './progress';

/**
 * Samples that are drawn at once, however few are asked for: a draw depends on its place in the batch, and so sample n
 * of a seed is the same whatever their number.
 */
export const BATCH = 16;

export interface DrawOptions {
  signal: AbortSignal;
  onProgress(done: number, total: number): void;
  /**
   * After each graph call: what the samples in work, from number `first` on, look like so far, their open codes being
   * grey.
   */
  onPictures?(first: number, pictures: () => Items): void;
}

/**
 * Draws samples of a prior and decodes them.
 * @throws BAD_REQUEST naming the field, for a class that isn't one or codes that aren't; CANCELLED
 */
export async function drawSamples(
  loaded: LoadedCodePrior,
  { count, first, label, ...drawing }: Drawing,
  { signal, onProgress, onPictures }: DrawOptions,
): Promise<Samples> {
  const { info, prior, autoencoder } = loaded;
  requireLabel(loaded, label);
  const size = latentSize(prior.latent);
  if (drawing.given) requireGiven(drawing.given, prior.latent);
  const codes = new Int32Array(count * size);
  const labels = label === null ? null : new Int32Array(BATCH).fill(label);
  for (let batch = Math.floor(first / BATCH); batch * BATCH < first + count; batch++) {
    const from = Math.max(first, batch * BATCH);
    const to = Math.min(first + count, (batch + 1) * BATCH);
    const wanted = (of: Int32Array) => of.subarray((from - batch * BATCH) * size, (to - batch * BATCH) * size);
    const batchDrawing = drawBatch(loaded, batch, labels, drawing);
    for (;;) {
      if (signal.aborted) throw new AppError('CANCELLED', 'Drawing was cancelled.');
      const { done, value } = batchDrawing.next();
      if (done) {
        codes.set(wanted(value), (from - first) * size);
        break;
      }
      onPictures?.(from, () => {
        const filled = filledWithGrey(autoencoder, wanted(value.codes()));
        return itemsOf(info.signal, autoencoder.decode(filled, to - from));
      });
      onProgress(from - first + Math.floor(((to - from) * value.drawn) / value.total), count);
      await setImmediate();
    }
  }
  const pixels = autoencoder.decode(codes, count);
  return { step: info.step, pictures: itemsOf(info.signal, pixels), codes };
}

/** A drawing's progress as requests report it, with pictures of what is being drawn if asked for: a few a second. */
export function drawingReports(
  signal: AbortSignal,
  report: (progress: DrawingProgress) => void,
  showing = false,
): DrawOptions {
  let soFar: DrawingProgress['soFar'];
  const onProgress = createProgress('drawing', (progress) => {
    report({ ...progress, ...(soFar && { soFar }) });
    soFar = undefined;
  });
  const sometimes = rarely();
  const onPictures: DrawOptions['onPictures'] = (first, pictures) =>
    sometimes(() => (soFar = { first, pictures: pictures() }));
  return { signal, onProgress, ...(showing && { onPictures }) };
}

/**
 * Draws the samples `batch · BATCH` and on of a seed: codes [BATCH, latentSize].
 * @param labels class of each, −1 for none; null for none at all
 */
export function drawBatch(
  { prior, sampler }: Pick<LoadedCodePrior, 'prior' | 'sampler'>,
  batch: number,
  labels: Int32Array | null,
  { seed, given, ...options }: Omit<Drawing, 'count' | 'first' | 'label'>,
): Generator<Drawn, Int32Array> {
  const size = latentSize(prior.latent);
  const settled = given && Int32Array.from({ length: BATCH * size }, (_, at) => given[at % size] ?? -1);
  return sampler(BATCH).draw({
    ...options,
    seed: seedOfBatch(seed, batch),
    ...(labels && { labels }),
    ...(settled && { given: settled }),
  });
}

/** −log p of each code of a latent, nats [latentSize]. Throws BAD_REQUEST for a latent or class that isn't one. */
export function surpriseOf(model: LoadedCodePrior, latent: Latent, label: number | null): Float32Array {
  requireLabel(model, label);
  requireLatent(latent, model.info);
  if (latent.kind !== 'codes') throw new AppError('INTERNAL', 'A prior over codes was asked about a vector.');
  return judgeCodes(model, latent.indices, label ?? -1);
}

/** Batches of one seed differ, and so do the same batches of two. */
export function seedOfBatch(seed: number, batch: number): number {
  return (seed ^ Math.imul(batch, 0x9e3779b9)) & 0x7fffffff;
}

/** Between two looks at what is being drawn, in milliseconds, and as a multiple of what a look takes. */
const PAUSE_MS = 250;
const PAUSE_LOOKS = 6;

/** Does what it is given where the last time is long enough ago. */
function rarely(): (look: () => void) => void {
  let next = performance.now() + PAUSE_MS;
  return (look) => {
    const began = performance.now();
    if (began < next) return;
    look();
    const ended = performance.now();
    next = ended + Math.max(PAUSE_MS, PAUSE_LOOKS * (ended - began));
  };
}

/** @throws BAD_REQUEST for a class that the prior doesn't know */
export function requireLabel({ prior: { classes }, manifest }: LoadedCodePrior, label: number | null): void {
  if (label === null || label < classes) return;
  const names = manifest.classes;
  const message =
    classes === 0
      ? 'This prior was trained without classes: it can’t draw one of a class.'
      : `There is no class ${label}: the classes are 0 to ${classes - 1} (${names.slice(0, 20).join(', ')}).`;
  throw new AppError('BAD_REQUEST', message, '', { field: 'label' });
}

/** @throws BAD_REQUEST for what isn't an item's codes, or open (−1) */
export function requireGiven(given: Int32Array, latent: CodesLatent, field = 'given'): void {
  const size = latentSize(latent);
  const wrong = (message: string) => new AppError('BAD_REQUEST', message, '', { field });
  if (given.length !== size) throw wrong(`An item has ${size} codes, not ${given.length}.`);
  for (const { first, stride, cells, codes } of layersOf(latent)) {
    for (let cell = 0; cell < cells; cell++) {
      const code = given[first + cell * stride] ?? -1;
      if (code < -1 || code >= codes)
        throw wrong(`There is no code ${code}: expected 0 to ${codes - 1}, or −1 for an open one.`);
    }
  }
}

/** The same of `count` items one after the other. */
export function requireGivenEach(given: Int32Array, count: number, latent: CodesLatent, field = 'given'): void {
  const size = latentSize(latent);
  if (given.length !== count * size) {
    const message = `${count} items have ${count * size} codes, not ${given.length}.`;
    throw new AppError('BAD_REQUEST', message, '', { field });
  }
  for (let n = 0; n < count; n++) requireGiven(given.subarray(n * size, (n + 1) * size), latent, field);
}
