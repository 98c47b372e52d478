import { type Signal, type StoredArray, latentSize, newItems, placesIn, shapeOf, valuesOf } from '@shared/specs';
import { type Autoencoder, flatten, unflatten } from '../autoencoders';
import { feedOf, fromStored, toStored } from '../media/kinds/stored';
import { tensorsOf } from '../media/kinds/tensors';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/** Items' latents, [count, latentSize]: codes as Int32Array, vectors as Float32Array. */
export type LatentRows = Int32Array | Float32Array;

/** What a graph call takes at once where the number of items isn't fixed: one, or as many as keep the device busy. */
function batchFor(count: number, large: number): number {
  return count === 1 ? 1 : large;
}

/** Items of a large batch: about as many places as 64 pictures of 32 px have. */
export function comfortableBatch(signal: Signal): number {
  return Math.max(1, Math.min(64, Math.floor((64 * 32 * 32) / placesIn(signal))));
}

/** Encoding and decoding of a model in a program, for any number of items; functions are captured when first needed. */
export function defineInference(program: Program, model: Autoencoder) {
  const { signal } = model;
  const itemValues = valuesOf(signal);
  const size = latentSize(model.latent);
  const isCodes = model.latent.kind === 'codes';
  const large = comfortableBatch(model.signal);
  const encoder = (batch: number) =>
    program.once(`encode-${batch}`, () => {
      const feeds = { input: feedOf(signal, batch) };
      return program.define(`encode-${batch}`, { feeds }, ({ input }) => ({
        output: flatten(model.encode(fromStored(signal, input))),
      }));
    });
  const decoder = (batch: number) =>
    program.once(`decode-${batch}`, () => {
      const feeds = { input: { shape: [batch, size], dtype: isCodes ? 'int32' : 'float32' } } as const;
      return program.define(`decode-${batch}`, { feeds }, ({ input }) => ({
        output: toStored(signal, model.decode(unflatten(model.latent, input))),
      }));
    });

  return {
    itemValues,
    /** Numbers of an item's latent. */
    size,
    /** [count, ...shape] → [count, size] */
    encode(stored: StoredArray, count: number): LatentRows {
      const out = isCodes ? new Int32Array(count * size) : new Float32Array(count * size);
      const batch = batchFor(count, large);
      inPieces(stored, count, itemValues, batch, (piece, at, items) => {
        const { output } = encoder(batch).run({ input: piece });
        out.set(output.data.subarray(0, items * size), at * size);
      });
      return out;
    },
    /** [count, size] → [count, ...shape] */
    decode(latents: LatentRows, count: number) {
      const out = newItems(signal, count);
      const batch = batchFor(count, large);
      inPieces(latents, count, size, batch, (piece, at, items) => {
        const { output } = decoder(batch).run({ input: piece });
        out.set(output.data.subarray(0, items * itemValues), at * itemValues);
      });
      return out;
    },
  };
}

/** Cuts `values` of `count` items into pieces of exactly `batch` items, the last filled up with zeros. */
function inPieces<T extends StoredArray | LatentRows>(
  values: T,
  count: number,
  itemSize: number,
  batch: number,
  each: (piece: T, at: number, items: number) => void,
): void {
  for (let at = 0; at < count; at += batch) {
    const items = Math.min(batch, count - at);
    const part = values.subarray(at * itemSize, (at + items) * itemSize) as T;
    if (items === batch) {
      each(part, at, items);
      continue;
    }
    const filled = new (values.constructor as new (length: number) => T)(batch * itemSize);
    filled.set(part);
    each(filled, at, items);
  }
}

/** What evaluation needs of a batch of exactly `batch` items; each item's numbers depend on that item alone. */
export function defineEvaluation(program: Program, model: Autoencoder, batch: number) {
  const { signal } = model;
  const measures = Object.entries(tensorsOf(signal).measures);
  const feeds = {
    stored: feedOf(signal, batch),
    at: { shape: [], dtype: 'int32' } as const,
  };
  type Outputs = Record<'latents' | 'squaredError', Tensor> & Record<string, Tensor>;
  return program.define(`evaluate-${batch}`, { feeds }, ({ stored, at }): Outputs => {
    const items = fromStored(signal, stored);
    const latents = model.encode(items);
    const reconstruction = model.decode(latents);
    const meanOfItem = shapeOf(signal).map((_, axis) => axis + 1);
    const back = ops.cast(toStored(signal, reconstruction), 'float32');
    const original = ops.cast(stored, 'float32');
    return {
      ...Object.fromEntries(measures.map(([name, { perItem }]) => [name, perItem(back, original)])),
      ...model.measure?.(items, at),
      latents: flatten(latents),
      squaredError: ops.mean(ops.square(ops.sub(reconstruction, items)), meanOfItem),
    };
  });
}
