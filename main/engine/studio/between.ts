import type { Interpolation, Latent, Items } from '@shared/contract';
import { AppError } from '@shared/errors';
import {
  type CodeLayer,
  type StoredArray,
  latentSize,
  layerCodes,
  newItems,
  ownCanvas,
  placesOf,
  valuesOf,
} from '@shared/specs';
import { unflatten } from '../autoencoders';
import { toStored } from '../media/kinds/stored';
import * as ops from '../tensorflow/ops';
import type { LoadedCodeRun, LoadedRun, LoadedVectorRun } from '../training';
import { cellsInOrder } from './cell-orders';
import { requireLatent } from './latents';
import { breathe } from './long-jobs';
import { nearestBetween } from './neighbours';
import { itemsOf } from './items';
import { lerp, slerp } from './vector-paths';

/** Pictures, and their latents one after the other. */
export interface PicturesWithLatents {
  pictures: Items;
  latents: Latent;
}

/**
 * Pictures between two: the first is the one, the last the other. For `blend` the latents are the nearest codes, which
 * decode to something else than what is shown in between. Finding those takes long for large codebooks: other requests
 * have their turn meanwhile.
 * @throws BAD_REQUEST for latents that aren't the model's, or a way that is of the other kind of latent; CANCELLED
 */
export async function interpolate(
  run: LoadedRun,
  { from, to, by, order, seed, frames }: Interpolation,
  signal?: AbortSignal,
): Promise<PicturesWithLatents> {
  requireLatent(from, run.info);
  requireLatent(to, run.info);
  const shares = Array.from({ length: frames }, (_, frame) => frame / (frames - 1));
  if (run.kind === 'vector' && from.kind === 'vector' && to.kind === 'vector' && (by === 'straight' || by === 'sphere'))
    return betweenVectors(run, from.values, to.values, shares.map(onPath(by)));
  if (run.kind === 'codes' && from.kind === 'codes' && to.kind === 'codes' && by !== 'straight' && by !== 'sphere') {
    const rows =
      by === 'swap'
        ? swapped(run, from.indices, to.indices, { order, seed, shares })
        : await nearest(run, from.indices, to.indices, { shares, signal });
    const pixels = by === 'blend' ? blended(run, from.indices, to.indices, shares) : run.decode(rows, frames);
    return { pictures: itemsOf(run.info.signal, pixels), latents: { kind: 'codes', indices: rows } };
  }
  const ways = run.kind === 'vector' ? 'straight, sphere' : 'swap, blend, nearest';
  throw new AppError('BAD_REQUEST', `There is no way “${by}” between two of this model’s latents.`, `Ways: ${ways}.`, {
    field: 'by',
  });
}

const onPath = (by: 'straight' | 'sphere') => (share: number) => (from: Float32Array, to: Float32Array) =>
  share === 0 ? from : share === 1 ? to : (by === 'sphere' ? slerp : lerp)(from, to, share);

function betweenVectors(
  run: LoadedVectorRun,
  from: Float32Array,
  to: Float32Array,
  steps: readonly ((from: Float32Array, to: Float32Array) => Float32Array)[],
): PicturesWithLatents {
  const values = new Float32Array(steps.length * from.length);
  steps.forEach((step, frame) => values.set(step(from, to), frame * from.length));
  const pixels = run.decode(values, steps.length);
  return { pictures: itemsOf(run.info.signal, pixels), latents: { kind: 'vector', values } };
}

/** Frames' codes: cell after cell is the other's, all levels and stages of a cell at once. [frames, latentSize] */
function swapped(
  { latent }: LoadedCodeRun,
  from: Int32Array,
  to: Int32Array,
  { order, seed, shares }: Pick<Interpolation, 'order' | 'seed'> & { shares: readonly number[] },
): Int32Array {
  const own = ownCanvas(latent);
  const cells = cellsInOrder(order, own, seed);
  const rows = new Int32Array(shares.length * from.length);
  shares.forEach((share, frame) => {
    const row = rows.subarray(frame * from.length, (frame + 1) * from.length);
    row.set(from);
    for (const cell of cells.slice(0, Math.round(share * cells.length))) {
      const corner = { top: Math.floor(cell / own.width), left: cell % own.width };
      for (const place of placesOf(latent, { height: 1, width: 1 }, own, corner)) row[place] = to[place]!;
    }
  });
  return rows;
}

/** Frames' codes: at each place and stage that whose vector is nearest to the point between. [frames, latentSize] */
async function nearest(
  run: LoadedCodeRun,
  from: Int32Array,
  to: Int32Array,
  { shares, signal }: { shares: readonly number[]; signal: AbortSignal | undefined },
): Promise<Int32Array> {
  const rows = new Int32Array(shares.length * from.length);
  for (const layer of run.layers) {
    const between = nearestOf(run, layer);
    const [one, other] = [layerCodes(layer, from), layerCodes(layer, to)];
    for (const [frame, share] of shares.entries()) {
      for (const [cell, code] of one.entries()) {
        if (cell % layer.axes.at(-1)! === 0) await breathe(signal);
        const found = share === 0 ? code : share === 1 ? other[cell]! : between(code, other[cell]!, share);
        rows[frame * from.length + layer.first + cell * layer.stride] = found;
      }
    }
  }
  return rows;
}

/** Looks at every vector of the layer, so once for each pair and share. */
function nearestOf(run: LoadedCodeRun, layer: CodeLayer): (from: number, to: number, share: number) => number {
  const values = run.codebook(layer);
  const vectors = { values, dimension: values.length / layer.codes };
  const known = new Map<string, number>();
  return (from, to, share) => {
    const key = `${from} ${to} ${share}`;
    const found = known.get(key) ?? nearestBetween(vectors, from, to, share);
    known.set(key, found);
    return found;
  };
}

type Blend = (from: Int32Array, to: Int32Array, share: number) => ArrayLike<number>;

/** Items [frames, ...shape] of vectors between the codes' vectors, decoded without quantizing. */
function blended(run: LoadedCodeRun, from: Int32Array, to: Int32Array, shares: readonly number[]): StoredArray {
  const blend = run.program.once('between', () => defineBlend(run));
  const size = valuesOf(run.info.signal);
  const items = newItems(run.info.signal, shares.length);
  // the ends are the very items: no rounding of products with 0 and 1
  const frames = shares.map((share) =>
    share === 0 ? run.decode(from, 1) : share === 1 ? run.decode(to, 1) : blend(from, to, share),
  );
  frames.forEach((frame, at) => items.set(frame, at * size));
  return items;
}

function defineBlend({ program, model, latent }: LoadedCodeRun): Blend {
  const row = { shape: [1, latentSize(latent)], dtype: 'int32' } as const;
  const feeds = { from: row, to: row, share: { shape: [], dtype: 'float32' } } as const;
  const call = program.define('decode-between', { feeds }, ({ from, to, share }) => {
    const [one, other] = [from, to].map((codes) => model.vectorsOf(unflatten(latent, codes)));
    const between = one!.map((vectors, level) => ops.add(vectors, ops.mul(share, ops.sub(other![level]!, vectors))));
    return { output: toStored(model.signal, model.imagesOf(between)) };
  });
  return (from, to, share) => call.run({ from, to, share }).output.data;
}
