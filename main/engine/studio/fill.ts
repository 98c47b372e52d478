import { setImmediate } from 'node:timers/promises';
import type { Filling, Samples } from '@shared/contract';
import { AppError } from '@shared/errors';
import { type Canvas, type CodesLatent, latentOn, latentSize, ownCanvas, placesOf } from '@shared/specs';
import type { LoadedCodePrior } from '../training';
import { decodeOn, isOwn, requireCanvas, requireTogether } from './canvas';
import { requireGivenEach, requireLabel } from './samples';
import { type WindowOrder, planWindows } from './windows';

/** Pictures that are filled in at once: as many as a person is offered, so that none is waited for in vain. */
const BATCH = 4;
const MOST_PICTURES = 64;

/**
 * Fills the open codes of pictures in by a prior, which knows pictures of the model's own size: of larger ones window
 * by window, each given what is settled in it, until nothing is open (the sliding window of Esser et al. 2021, section
 * 3.3, by half a window at a time).
 * @throws BAD_REQUEST naming the field, for codes or a class that aren't; as `requireCanvas` does; CANCELLED
 */
export async function fillOpen(
  loaded: LoadedCodePrior,
  { given, canvas, seed, label, ...options }: Filling,
  { signal, onProgress }: { signal: AbortSignal; onProgress(done: number, total: number): void },
): Promise<Samples> {
  const { info, prior, autoencoder, sampler } = loaded;
  const { latent } = prior;
  requireLabel(loaded, label);
  const own = ownCanvas(latent);
  const whole = canvas ?? own;
  const isLarger = !isOwn(latent, whole);
  if (isLarger) requireCanvas(autoencoder, whole);
  const count = requirePictures(given, latentOn(latent, whole));
  if (isLarger) requireTogether(autoencoder, whole, count);
  const [all, size] = [given.length / count, latentSize(latent)];
  const codes = Int32Array.from(given);
  const draws = sampler(BATCH);
  const labels = label === null ? undefined : new Int32Array(BATCH).fill(label);

  for (let first = 0; first < count; first += BATCH) {
    const pictures = Math.min(BATCH, count - first);
    const rows = codes.subarray(first * all, (first + pictures) * all);
    const plan = isLarger ? planOf(loaded, rows, whole) : [{ top: 0, left: 0 }];
    for (const [number, corner] of plan.entries()) {
      const places = isLarger ? placesOf(latent, own, whole, corner) : undefined;
      const place = (picture: number, at: number): number => picture * all + (places?.[at] ?? at);
      // what fills the batch up has nothing open
      const settled = Int32Array.from({ length: BATCH * size }, (_, at) => {
        const picture = Math.floor(at / size);
        return picture < pictures ? rows[place(picture, at % size)]! : 0;
      });
      const drawing = draws.draw({
        ...options,
        seed: seedOf(seed, first / BATCH, number),
        given: settled,
        ...(labels && { labels }),
      });
      for (;;) {
        if (signal.aborted) throw new AppError('CANCELLED', 'Drawing was cancelled.');
        const { done, value } = drawing.next();
        if (done) {
          for (let at = 0; at < pictures * size; at++) {
            const to = place(Math.floor(at / size), at % size);
            if (rows[to]! < 0) rows[to] = value[at]!;
          }
          break;
        }
        const share = (number + value.drawn / value.total) / plan.length;
        onProgress(first + Math.floor(pictures * share), count);
        await setImmediate();
      }
    }
  }
  return { step: info.step, pictures: decodeOn(autoencoder, whole, codes), codes };
}

/** Windows for a batch of pictures: over all cells that are open in any of them. */
function planOf(loaded: LoadedCodePrior, rows: Int32Array, canvas: Canvas) {
  const { latent } = loaded.prior;
  const size = latentSize(latentOn(latent, canvas));
  const isOpen = Array.from({ length: canvas.height * canvas.width }, (_, cell) => {
    const corner = { top: Math.floor(cell / canvas.width), left: cell % canvas.width };
    const places = placesOf(latent, { height: 1, width: 1 }, canvas, corner);
    return places.some((place) => {
      for (let at = place; at < rows.length; at += size) if (rows[at]! < 0) return true;
      return false;
    });
  });
  return planWindows(isOpen, canvas, ownCanvas(latent), windowOrder(loaded));
}

/**
 * Priors that mask, and those that begin in the middle, know what is around; all others what is above and to the left.
 */
export function windowOrder({ manifest, prior }: LoadedCodePrior): WindowOrder {
  const { model } = manifest.spec;
  return prior.rounds !== undefined || ('order' in model && model.order === 'spiral') ? 'outwards' : 'down';
}

/** How many pictures the codes are of. Throws BAD_REQUEST for codes that aren't. */
function requirePictures(given: Int32Array, latent: CodesLatent): number {
  const size = latentSize(latent);
  const count = given.length / size;
  if (!Number.isInteger(count) || count < 1 || count > MOST_PICTURES) {
    const message = `Expected ${size} codes per picture, for 1 to ${MOST_PICTURES} pictures; got ${given.length} codes.`;
    throw new AppError('BAD_REQUEST', message, '', { field: 'given' });
  }
  requireGivenEach(given, count, latent);
  return count;
}

/** Every window of every batch has its own. */
function seedOf(seed: number, batch: number, window: number): number {
  return (seed ^ Math.imul(batch, 0x9e3779b9) ^ Math.imul(window, 0x85ebca6b)) & 0x7fffffff;
}
