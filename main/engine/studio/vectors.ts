import type { VectorStatistics } from '@shared/contract';
import type { Split } from '@shared/specs';
import { AppError } from '@shared/errors';
import { openPack, readItemIndex } from '../media';
import type { LoadedVectorRun } from '../training';
import { requireShape } from '../training/evaluate';
import { type VectorsRequest, encodedVectors } from './encode-vectors';
import { evenlySpread } from './reconstruct';

export interface VectorRequest {
  model: LoadedVectorRun;
  datasetDirectory: string;
  split: Split;
  signal: AbortSignal;
  onProgress(done: number, total: number): void;
}

/** The most items looked at: a few thousand give the mean and deviation of all. */
const MOST_ITEMS = 4096;

const known = new WeakMap<LoadedVectorRun, Map<string, VectorStatistics>>();

/**
 * Mean and standard deviation of each component over a split, or over `MOST_ITEMS` of it, spread evenly. Throws
 * BAD_REQUEST for another shape or an empty split, CANCELLED.
 */
export async function describeVectors(request: VectorRequest): Promise<VectorStatistics> {
  const { model, datasetDirectory, split } = request;
  const kept = known.get(model) ?? new Map<string, VectorStatistics>();
  known.set(model, kept);
  const pack = openPack(datasetDirectory);
  try {
    const key = [datasetDirectory, pack.manifest.createdAt, split].join('\n');
    const found = kept.get(key);
    if (found) return found;
    requireShape(pack, model.model);
    const all = (await readItemIndex(datasetDirectory, pack.count)).splits[split];
    if (all.length === 0) {
      throw new AppError('BAD_REQUEST', `The dataset has no items in its ${split} split.`, '', { field: 'split' });
    }
    const made = await statisticsOf({ ...request, pack, items: evenlySpread(all, MOST_ITEMS) });
    kept.set(key, made);
    return made;
  } finally {
    pack.close();
  }
}

async function statisticsOf(request: VectorsRequest): Promise<VectorStatistics> {
  const { model, items } = request;
  const { length } = model.latent;
  const [sums, squares] = [new Float64Array(length), new Float64Array(length)];
  for await (const vectors of encodedVectors(request)) {
    vectors.forEach((value, i) => {
      sums[i % length]! += value;
      squares[i % length]! += value * value;
    });
  }
  const mean = Float32Array.from(sums, (sum) => sum / items.length);
  const deviation = Float32Array.from(squares, (sum, i) => {
    const average = sums[i]! / items.length;
    return Math.sqrt(Math.max(0, sum / items.length - average * average));
  });
  return { step: model.info.step, items: items.length, mean, deviation };
}
