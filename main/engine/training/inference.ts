import { type Signal, latentSize, placesIn, shapeOf, valuesOf } from '@shared/specs';
import { type Autoencoder, flatten, fromPixels, toPixels, unflatten } from '../autoencoders';
import { ssim } from '../metrics/similarity';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/** Items' latents, [count, latentSize]: codes as Int32Array, vectors as Float32Array. */
export type LatentRows = Int32Array | Float32Array;

/** What a graph call takes at once where the number of items isn't fixed: one, or as many as keep the device busy. */
function batchFor(count: number, large: number): number {
  return count === 1 ? 1 : large;
}

/** Items of a large batch: about as many pixels as 64 pictures of 32 px. */
export function comfortableBatch(signal: Signal): number {
  return Math.max(1, Math.min(64, Math.floor((64 * 32 * 32) / placesIn(signal))));
}

/** Encoding and decoding of a model in a program, for any number of items; functions are captured when first needed. */
export function defineInference(program: Program, model: Autoencoder) {
  const itemBytes = valuesOf(model.signal);
  const size = latentSize(model.latent);
  const isCodes = model.latent.kind === 'codes';
  const large = comfortableBatch(model.signal);
  const encoder = (batch: number) =>
    program.once(`encode-${batch}`, () => {
      const feeds = { input: { shape: [batch, ...shapeOf(model.signal)], dtype: 'uint8' } } as const;
      return program.define(`encode-${batch}`, { feeds }, ({ input }) => ({
        output: flatten(model.encode(fromPixels(input))),
      }));
    });
  const decoder = (batch: number) =>
    program.once(`decode-${batch}`, () => {
      const feeds = { input: { shape: [batch, size], dtype: isCodes ? 'int32' : 'float32' } } as const;
      return program.define(`decode-${batch}`, { feeds }, ({ input }) => ({
        output: toPixels(model.decode(unflatten(model.latent, input))),
      }));
    });

  return {
    itemBytes,
    /** Numbers of an item's latent. */
    size,
    /** [count, H, W, C] bytes → [count, size] */
    encode(pixels: Uint8Array, count: number): LatentRows {
      const out = isCodes ? new Int32Array(count * size) : new Float32Array(count * size);
      const batch = batchFor(count, large);
      inPieces(pixels, count, itemBytes, batch, (piece, at, items) => {
        const { output } = encoder(batch).run({ input: piece });
        out.set(output.data.subarray(0, items * size), at * size);
      });
      return out;
    },
    /** [count, size] → [count, H, W, C] bytes */
    decode(latents: LatentRows, count: number): Uint8Array<ArrayBuffer> {
      const out = new Uint8Array(count * itemBytes);
      const batch = batchFor(count, large);
      inPieces(latents, count, size, batch, (piece, at, items) => {
        const { output } = decoder(batch).run({ input: piece });
        out.set(output.data.subarray(0, items * itemBytes), at * itemBytes);
      });
      return out;
    },
  };
}

/** Cuts `values` of `count` items into pieces of exactly `batch` items, the last filled up with zeros. */
function inPieces<T extends Uint8Array | LatentRows>(
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
  const feeds = {
    pixels: { shape: [batch, ...shapeOf(model.signal)], dtype: 'uint8' },
    at: { shape: [], dtype: 'int32' },
  } as const;
  type Outputs = Record<'latents' | 'squaredError' | 'pixelError', Tensor> & Record<string, Tensor>;
  return program.define(`evaluate-${batch}`, { feeds }, ({ pixels, at }): Outputs => {
    const images = fromPixels(pixels);
    const latents = model.encode(images);
    const reconstruction = model.decode(latents);
    const meanOfItem = shapeOf(model.signal).map((_, axis) => axis + 1);
    const [original, rounded] = [ops.cast(pixels, 'float32'), ops.cast(toPixels(reconstruction), 'float32')];
    return {
      ssim: ssim(rounded, original),
      ...model.measure?.(images, at),
      latents: flatten(latents),
      squaredError: ops.mean(ops.square(ops.sub(reconstruction, images)), meanOfItem),
      pixelError: ops.mean(ops.square(ops.sub(rounded, original)), meanOfItem),
    };
  });
}
