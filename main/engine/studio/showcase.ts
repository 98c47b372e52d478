import type { Showcase } from '@shared/contract';
import { AppError } from '@shared/errors';
import type { Signal } from '@shared/specs';
import { openPack, readItemIndex } from '../media/pack';
import type { LoadedRun } from '../training';
import { requireShape } from '../training/evaluate';
import { evenlySpread } from './reconstruct';

/** Items that are looked at: 48 of up to 64 × 64 px, fewer of larger ones. */
const MOST_ITEMS = 48;
const FEWEST_ITEMS = 8;
/** Their mean picture says something about others only if it is the mean of more than a few. */
const ENOUGH_FOR_A_MEAN = 8;
/** Answers kept: small. */
const KEPT = 64;

/** Finds the held-out items that show a model well; remembers what it found of a checkpoint. */
export function createShowcases() {
  const kept = new Map<string, Showcase>();
  return async function showcase(run: LoadedRun, datasetDirectory: string): Promise<Showcase> {
    const pack = openPack(datasetDirectory);
    try {
      const key = [run.info.weightsHash, datasetDirectory, pack.manifest.createdAt].join('\n');
      const known = kept.get(key);
      if (known) return { ...known, step: run.info.step };
      requireShape(pack, { signal: run.info.signal });
      const { splits } = await readItemIndex(datasetDirectory, pack.count);
      const split = splits.test.length > 0 ? 'test' : 'train';
      const chosen = evenlySpread(splits[split], itemsOf(run.info.signal));
      if (chosen.length === 0) throw new AppError('BAD_REQUEST', 'The dataset has no items.', '', { field: 'dataset' });
      const originals = pack.readItems(chosen);
      const scored = scoreItems(originals, run.reconstruct(originals, chosen.length), chosen.length);
      const found = { step: run.info.step, split, ...summaryOf(scored, chosen) } satisfies Showcase;
      if (kept.size >= KEPT) kept.delete(kept.keys().next().value ?? '');
      kept.set(key, found);
      return found;
    } finally {
      pack.close();
    }
  };
}

function itemsOf({ height, width }: Signal): number {
  return Math.max(FEWEST_ITEMS, Math.min(MOST_ITEMS, Math.floor((MOST_ITEMS * 64 * 64) / (height * width))));
}

/**
 * One item's mean squared errors, of its reconstruction and of the mean picture, and its own variance; values 0…255.
 */
export interface ItemScore {
  error: number;
  meanPictureError: number;
  variance: number;
}

/** @param originals `count` items of equal size, one after the other, as `reconstructions` */
export function scoreItems(originals: Uint8Array, reconstructions: Uint8Array, count: number): ItemScore[] {
  const size = originals.length / count;
  const meanPicture = new Float64Array(size);
  originals.forEach((value, at) => (meanPicture[at % size]! += value / count));
  return Array.from({ length: count }, (_, item) => {
    let [error, meanPictureError, sum, squares] = [0, 0, 0, 0];
    for (let place = 0; place < size; place++) {
      const value = originals[item * size + place]!;
      error += (value - reconstructions[item * size + place]!) ** 2;
      meanPictureError += (value - meanPicture[place]!) ** 2;
      sum += value;
      squares += value * value;
    }
    return {
      error: error / size,
      meanPictureError: meanPictureError / size,
      variance: squares / size - (sum / size) ** 2,
    };
  });
}

/**
 * Where the items lie in the order in which they show the model best: first those of at least median contrast (an even
 * surface is reconstructed well by any model), by how little of their variance the reconstruction misses; then the
 * others likewise. Equals stay in order.
 */
export function bestFirst(scores: readonly ItemScore[]): number[] {
  const contrasts = scores.map(({ variance }) => variance).sort((a, b) => a - b);
  const median = contrasts[Math.floor(contrasts.length / 2)] ?? 0;
  const missed = ({ error, variance }: ItemScore): number => error / Math.max(variance, 1);
  const isPale = ({ variance }: ItemScore): number => Number(variance < median);
  return [...scores.keys()].sort((a, b) => {
    const [one, other] = [scores[a]!, scores[b]!];
    return isPale(one) - isPale(other) || missed(one) - missed(other) || a - b;
  });
}

/** PSNR of bytes, in dB, capped at the PSNR of an error of one value in a million. */
const psnrOf = (error: number): number => 10 * Math.log10(255 ** 2 / Math.max(error, 1e-6));

function summaryOf(
  scores: readonly ItemScore[],
  items: Uint32Array,
): Pick<Showcase, 'items' | 'psnr' | 'meanPicturePsnr'> {
  const mean = (of: (score: ItemScore) => number): number =>
    scores.reduce((sum, score) => sum + of(score), 0) / scores.length;
  return {
    items: bestFirst(scores).map((at) => ({
      index: items[at]!,
      psnr: psnrOf(scores[at]!.error),
      contrast: Math.sqrt(Math.max(0, scores[at]!.variance)) / 255,
    })),
    psnr: psnrOf(mean(({ error }) => error)),
    meanPicturePsnr: items.length < ENOUGH_FOR_A_MEAN ? null : psnrOf(mean(({ meanPictureError }) => meanPictureError)),
  };
}
