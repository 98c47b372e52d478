import { z } from 'zod';
import {
  type ItemArray,
  type ItemType,
  type Signal,
  type StoredAs,
  itemArrays,
  signalSchema,
  valuesOf,
} from '../specs/media';

/** Any number of items of one shape: `data` is [count, ...shapeOf(signal)], stored as their medium says. */
export interface ItemsOf<S extends Signal, D extends ItemType = StoredAs<S>> {
  signal: S;
  dtype: D;
  count: number;
  data: ItemArray<D>;
}
export type Items = { [Kind in Signal['kind']]: ItemsOf<Extract<Signal, { kind: Kind }>> }[Signal['kind']];

const fields = z
  .object({
    signal: signalSchema,
    dtype: z.enum(['u8', 'f32']),
    count: z.number().int().nonnegative(),
    data: z.unknown(),
  })
  .refine(({ dtype, data }) => data instanceof itemArrays[dtype], {
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
