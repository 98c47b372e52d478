import type { NearestItems } from '@shared/contract';
import { AppError } from '@shared/errors';
import { latentSize } from '@shared/specs';
import { type Pack, openPack, readItemIndex } from '../media';
import { FEATURES, isTrunkSetUp } from '../perceptual';
import { type LoadedCodePrior, itemFeatures, splitFeatures } from '../training';
import { type DatasetCodes, openDatasetCodes } from '../training/dataset-latents';
import { requireShape } from '../training/evaluate';
import { createClosest } from './closest';
import { breathe } from './long-jobs';
import { itemsOf } from './items';
import { evenlySpread, namesOf } from './reconstruct';
import { requireGiven } from './samples';

interface NearestRequest {
  datasetDirectory: string;
  /** One item's latent, [latentSize]. */
  codes: Int32Array;
  count: number;
  signal: AbortSignal;
  onProgress(phase: string, done: number, total: number): void;
}

/** Where distances between pictures are taken. */
interface Space {
  by: NearestItems['by'];
  /** Numbers of a picture. */
  size: number;
  /** Pixels [count, H, W, C] → [count, size] */
  of(pixels: Uint8Array, count: number): Float32Array;
  /** The distance that is shown, from a squared Euclidean distance. */
  distance(squared: number): number;
  /** Numbers of the training items that are looked at. */
  items: ArrayLike<number>;
  /** Those in order, piece by piece. */
  training(): AsyncIterable<Float32Array> | Iterable<Float32Array>;
}

/** Training items between two pauses. */
const PIECE = 512;

/**
 * Held-out pictures that a sample is compared with, at most; fewer where that would take more multiplications than the
 * other.
 */
const MOST_COMPARED = 64;
const MOST_WORK = 2e9;

/**
 * The training pictures nearest to a sample, by what the perceptual trunk sees in them, or by pixels where that isn't
 * set up: whether a prior draws something new or remembers. The scale comes from pictures it can't have remembered: how
 * near the held-out ones, through the same decoder, are to a training picture. Also says whether some training item has
 * exactly these codes.
 * @throws BAD_REQUEST for codes that aren't, a dataset of other pictures or without training items; CANCELLED
 */
export async function nearestItems(loaded: LoadedCodePrior, request: NearestRequest): Promise<NearestItems> {
  const { datasetDirectory, codes, count, signal, onProgress } = request;
  const { autoencoder, info } = loaded;
  requireGiven(codes, loaded.prior.latent, 'codes');
  const pack = openPack(datasetDirectory);
  try {
    requireShape(pack, autoencoder.model);
    const { splits, labels } = await readItemIndex(datasetDirectory, pack.count);
    const { train, test } = splits;
    if (train.length === 0) throw new AppError('BAD_REQUEST', 'The dataset has no training items.', '');
    const all = await openDatasetCodes(datasetDirectory, autoencoder, {
      signal,
      onProgress: (done, total) => onProgress('encoding', done, total),
    });
    const space = isTrunkSetUp() ? await featureSpace(loaded, request) : pixelSpace(pack, train, signal);
    const compared = evenlySpread(test, Math.min(MOST_COMPARED, Math.floor(MOST_WORK / (train.length * space.size))));
    const heldOut = await heldOutDistances(loaded, { pack, datasetDirectory, compared, space, signal });

    const found = createClosest(space.of(autoencoder.decode(codes, 1), 1), space.size, count);
    for await (const { rows, from } of pieces(space, signal)) found.add(rows, from);
    const near = found.nearest()[0] ?? [];
    const items = near.map(({ row }) => space.items[row] ?? 0);
    const own = all.of(items);
    const size = latentSize(loaded.prior.latent);
    const names = await namesOf(datasetDirectory, items);
    const nearest = space.distance(near[0]?.squared ?? Infinity);
    const identical = await identicalAmong(train, codes, all, signal);
    return {
      step: info.step,
      by: space.by,
      items: near.map(({ squared }, rank) => {
        const index = items[rank] ?? 0;
        return {
          index,
          name: names[rank] ?? '',
          class: pack.manifest.classes[labels[index] ?? -1] ?? null,
          distance: space.distance(squared),
          sameCodes: sameIn(codes, own.subarray(rank * size, (rank + 1) * size)),
        };
      }),
      pictures: itemsOf(info.signal, pack.readItems(items)),
      trainingItems: space.items.length,
      identical,
      heldOut:
        heldOut.length === 0
          ? null
          : { items: heldOut.length, farther: heldOut.filter((each) => each > nearest).length / heldOut.length },
    };
  } finally {
    pack.close();
  }
}

async function featureSpace(
  { autoencoder }: LoadedCodePrior,
  { datasetDirectory, signal, onProgress }: NearestRequest,
): Promise<Space> {
  const { values, items } = await splitFeatures(datasetDirectory, 'train', autoencoder, {
    signal,
    onProgress: (done, total) => onProgress('features', done, total),
  });
  return {
    by: 'features',
    items,
    size: FEATURES,
    of: itemFeatures(autoencoder.program, autoencoder.info.signal),
    distance: Math.sqrt,
    *training() {
      for (let at = 0; at < values.length; at += PIECE * FEATURES) yield values.subarray(at, at + PIECE * FEATURES);
    },
  };
}

/** Distances are root mean squared differences of pixels in [0, 1]. */
function pixelSpace(pack: Pack, train: Uint32Array, signal: AbortSignal): Space {
  const size = pack.itemValues;
  const of = (pixels: Uint8Array) => Float32Array.from(pixels, (value) => value / 255);
  return {
    by: 'pixels',
    items: train,
    size,
    of,
    distance: (squared) => Math.sqrt(squared / size),
    async *training() {
      for (let at = 0; at < train.length; at += PIECE) {
        yield of(pack.readItems(train.subarray(at, at + PIECE)));
        await breathe(signal);
      }
    },
  };
}

async function* pieces(space: Space, signal: AbortSignal) {
  let from = 0;
  for await (const rows of space.training()) {
    yield { rows, from };
    from += rows.length / space.size;
    await breathe(signal);
  }
}

const known = new WeakMap<LoadedCodePrior, Map<string, Float64Array>>();

/**
 * How far the reconstruction of each of some held-out items is from its nearest training item; the second time it is at
 * hand. A sample is what the decoder makes of codes, so what it loses must be lost on both sides.
 */
async function heldOutDistances(
  loaded: LoadedCodePrior,
  {
    pack,
    datasetDirectory,
    compared,
    space,
    signal,
  }: { pack: Pack; datasetDirectory: string; compared: Uint32Array; space: Space; signal: AbortSignal },
): Promise<Float64Array> {
  const all = known.get(loaded) ?? new Map<string, Float64Array>();
  known.set(loaded, all);
  const key = [datasetDirectory, pack.manifest.createdAt, space.by].join('\n');
  const there = all.get(key);
  if (there) return there;
  const { autoencoder } = loaded;
  const queries = space.of(autoencoder.reconstruct(pack.readItems(compared), compared.length), compared.length);
  const found = createClosest(queries, space.size, 1);
  for await (const { rows, from } of pieces(space, signal)) found.add(rows, from);
  const distances = Float64Array.from(found.nearest(), ([near]) => space.distance(near?.squared ?? Infinity));
  all.set(key, distances);
  return distances;
}

/** How many of some items have exactly these codes, [latentSize]. */
async function identicalAmong(
  items: Uint32Array,
  codes: Int32Array,
  all: DatasetCodes,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  for (let at = 0; at < items.length; at += PIECE) {
    const some = items.subarray(at, at + PIECE);
    const rows = all.of(some);
    for (let row = 0; row < some.length; row++)
      if (codes.every((code, place) => code === rows[row * codes.length + place])) count += 1;
    await breathe(signal);
  }
  return count;
}

/** Places at which two items have the same code. */
function sameIn(a: Int32Array, b: Int32Array): number {
  return a.reduce((same, code, at) => same + (code === b[at] ? 1 : 0), 0);
}
