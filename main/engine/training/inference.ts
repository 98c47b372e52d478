import type { GridAutoencoder } from '../autoencoders';
import { fromPixels, toPixels } from '../autoencoders';
import type { HostTensor, Program } from '../tensorflow/graph';
import * as ops from '../tensorflow/ops';

/** What a graph call takes at once where the number of items isn't fixed: one, or as many as keep the device busy. */
function batchFor(count: number, large: number): number {
  return count === 1 ? 1 : large;
}

/** Items of a large batch: about as many pixels as 64 pictures of 32 px. */
export function comfortableBatch({ height, width }: { height: number; width: number }): number {
  return Math.max(1, Math.min(64, Math.floor((64 * 32 * 32) / (height * width))));
}

/** Encoding and decoding of a model in a program, for any number of items; functions are captured when first needed. */
export function defineInference(program: Program, model: GridAutoencoder) {
  const { height, width, channels } = model.image;
  const grid = model.latent;
  const itemBytes = height * width * channels;
  const gridCodes = grid.height * grid.width;
  const large = comfortableBatch(model.image);
  const functions = new Map<
    string,
    { run(feeds: Record<'input', Uint8Array | Int32Array>): Record<'output', HostTensor> }
  >();

  const encoder = (batch: number) => {
    const name = `encode-${batch}`;
    const known = functions.get(name);
    if (known) return known;
    const spec = { feeds: { input: { shape: [batch, height, width, channels], dtype: 'uint8' } } } as const;
    const made = program.define(name, spec, ({ input }) => ({ output: model.encode(fromPixels(input)) }));
    functions.set(name, made);
    return made;
  };
  const decoder = (batch: number) => {
    const name = `decode-${batch}`;
    const known = functions.get(name);
    if (known) return known;
    const spec = { feeds: { input: { shape: [batch, grid.height, grid.width], dtype: 'int32' } } } as const;
    const made = program.define(name, spec, ({ input }) => ({ output: toPixels(model.decode(input)) }));
    functions.set(name, made);
    return made;
  };

  return {
    itemBytes,
    gridCodes,
    /** [count, H, W, C] bytes → [count, h, w] */
    encode(pixels: Uint8Array, count: number): Int32Array {
      const out = new Int32Array(count * gridCodes);
      const batch = batchFor(count, large);
      inPieces(pixels, count, itemBytes, batch, (piece, at, items) => {
        const { output } = encoder(batch).run({ input: piece });
        out.set(output.data.subarray(0, items * gridCodes), at * gridCodes);
      });
      return out;
    },
    /** [count, h, w] → [count, H, W, C] bytes */
    decode(indices: Int32Array, count: number): Uint8Array<ArrayBuffer> {
      const out = new Uint8Array(count * itemBytes);
      const batch = batchFor(count, large);
      inPieces(indices, count, gridCodes, batch, (piece, at, items) => {
        const { output } = decoder(batch).run({ input: piece });
        out.set(output.data.subarray(0, items * itemBytes), at * itemBytes);
      });
      return out;
    },
  };
}

/** Cuts `values` of `count` items into pieces of exactly `batch` items, the last filled up with zeros. */
function inPieces<T extends Uint8Array | Int32Array>(
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
export function defineEvaluation(program: Program, model: GridAutoencoder, batch: number) {
  const { height, width, channels } = model.image;
  const spec = { feeds: { pixels: { shape: [batch, height, width, channels], dtype: 'uint8' } } } as const;
  return program.define(`evaluate-${batch}`, spec, ({ pixels }) => {
    const images = fromPixels(pixels);
    const indices = model.encode(images);
    const reconstruction = model.decode(indices);
    const meanOfItem = [1, 2, 3];
    const difference = ops.sub(ops.cast(toPixels(reconstruction), 'float32'), ops.cast(pixels, 'float32'));
    return {
      indices,
      squaredError: ops.mean(ops.square(ops.sub(reconstruction, images)), meanOfItem),
      pixelError: ops.mean(ops.square(difference), meanOfItem),
    };
  });
}
