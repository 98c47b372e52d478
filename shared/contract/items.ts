import { z } from 'zod';
import { type Signal, signalSchema, valuesOf } from '../specs/media';

/** How the numbers of items are stored: bytes, 16-bit integers, or floating point. */
const arrays = { u8: Uint8Array, i16: Int16Array, f32: Float32Array } as const;
interface Arrays {
  u8: Uint8Array;
  i16: Int16Array;
  f32: Float32Array;
}
export type ItemType = keyof Arrays;

/** Any number of items of one shape: `data` is [count, ...shapeOf(signal)]. A medium says which type its items have. */
export interface ItemsOf<S extends Signal, D extends ItemType> {
  signal: S;
  dtype: D;
  count: number;
  data: Arrays[D];
}
/** Pictures have bytes, 0 to 255. */
export type Items = ItemsOf<Signal, 'u8'>;

const fields = z
  .object({
    signal: signalSchema,
    dtype: z.enum(['u8', 'i16', 'f32']),
    count: z.number().int().nonnegative(),
    data: z.unknown(),
  })
  .refine(({ dtype, data }) => data instanceof arrays[dtype], {
    path: ['data'],
    error: 'expected an array of the items’ type',
  });

/** Takes what documents of earlier versions hold as well: pictures as `{ count, height, width, channels, pixels }`. */
export const itemsSchema = z.preprocess((value) => {
  if (typeof value !== 'object' || value === null || !('pixels' in value)) return value;
  const { count, pixels, ...signal } = value as Record<string, unknown>;
  return { signal, dtype: 'u8', count, data: pixels };
}, fields) as unknown as z.ZodType<Items, Items>;

/** One item's numbers, not copied. */
export const itemOf = ({ signal, data }: Items, index: number): Items['data'] =>
  data.subarray(index * valuesOf(signal), (index + 1) * valuesOf(signal));
