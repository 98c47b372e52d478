import { z } from 'zod';
import type { Localized } from '../field';
import { type ItemArray, itemArrays } from './item-type';
import type { ItemFacts, Medium } from './medium';
import { type PictureSignal, picture, pictureAugmentation } from './picture';

/** What an item of a dataset is made of, and with it what a model reads and writes: a union of the media's signals. */
export type Signal = PictureSignal;
export type MediumKind = Signal['kind'];

const known = { picture } satisfies { [Kind in MediumKind]: Medium<Extract<Signal, { kind: Kind }>> };

/** The type that a signal's values are stored in. */
export type StoredAs<S extends Signal> = (typeof known)[S['kind']]['dtype'];

/** Every medium by its kind. Open, so that a test can add one of its own. */
export const media = new Map<string, Medium<Signal, StoredAs<Signal>>>(Object.entries(known));

/** @throws Error for a kind that is none: a signal that was parsed has one. */
export function mediumOf({ kind }: { kind: string }): Medium<Signal, StoredAs<Signal>> {
  const medium = media.get(kind);
  if (!medium) throw new Error(`There is no medium "${kind}".`);
  return medium;
}

/** What may be done to items at random while a model learns: the fields of every medium, of which a run uses its own. */
export const augmentationSchema = z.object({ ...pictureAugmentation.shape });
export type Augmentation = z.infer<typeof augmentationSchema>;

/** Takes what versions before there were media wrote as well: a picture's size without its kind. */
export const signalSchema: z.ZodType<Signal> = z.unknown().transform((value, context) => {
  const fields = typeof value === 'object' && value !== null ? value : {};
  const given = 'kind' in fields ? fields : { kind: 'picture', ...fields };
  const medium = media.get(String(given.kind));
  if (!medium) {
    context.addIssue({ code: 'custom', path: ['kind'], message: `expected one of ${[...media.keys()].join(', ')}` });
    return z.NEVER;
  }
  const parsed = medium.signal.safeParse(given);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) context.addIssue({ code: 'custom', path, message });
  return z.NEVER;
});

/** Lengths along the medium's axes: of a picture `[height, width]`. */
export const sidesOf = (signal: Signal): number[] => mediumOf(signal).sides(signal);

/** Values at each place of a signal. */
export const channelsOf = (signal: Signal): number => mediumOf(signal).channels(signal);

/** The shape of an item as a tensor: `[...sides, channels]`. */
export const shapeOf = (signal: Signal): number[] => [...sidesOf(signal), channelsOf(signal)];

const product = (numbers: readonly number[]): number => numbers.reduce((all, one) => all * one, 1);

/** Places of an item, pixels of a picture: the product of its sides. */
export const placesIn = (signal: Signal): number => product(sidesOf(signal));

/** Values of an item: the product of its shape. */
export const valuesOf = (signal: Signal): number => product(shapeOf(signal));

/** Values of items as their medium stores them. */
export type StoredArray<Memory extends ArrayBufferLike = ArrayBufferLike> = ItemArray<StoredAs<Signal>, Memory>;

/** The type that an item's values are stored in. */
export const dtypeOf = (signal: { kind: string }): StoredAs<Signal> => mediumOf(signal).dtype;

/** Bytes of an item as it is stored. */
export const bytesOf = (signal: Signal): number => valuesOf(signal) * itemArrays[dtypeOf(signal)].BYTES_PER_ELEMENT;

/** Room for `count` items, zeros: [count, ...shape]. */
export const newItems = (signal: Signal, count: number): StoredArray<ArrayBuffer> =>
  new itemArrays[dtypeOf(signal)](count * valuesOf(signal));

/** The items that these bytes hold, not copied where they lie as their type needs it: [n, ...shape]. */
export function itemsIn(signal: Signal, bytes: Uint8Array): StoredArray {
  const Items = itemArrays[dtypeOf(signal)];
  const { buffer, byteOffset, byteLength } = byteOffsetFits(bytes, Items.BYTES_PER_ELEMENT) ? bytes : bytes.slice();
  return new Items(buffer, byteOffset, byteLength / Items.BYTES_PER_ELEMENT);
}
const byteOffsetFits = ({ byteOffset }: Uint8Array, each: number): boolean => byteOffset % each === 0;

/** The bytes of stored values, not copied. */
export const bytesIn = ({ buffer, byteOffset, byteLength }: ItemArray): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** The signal in a few words. */
export const describeSignal = (signal: Signal): Localized => mediumOf(signal).describe(signal);

/** What is known of an item as it came, in a few words. */
export const describeFacts = (signal: Signal, facts: ItemFacts): Localized => mediumOf(signal).describeFacts(facts);

/** Whether items of both signals have the same shape, and so fit the same model. */
export const isSameSignal = (one: Signal, other: Signal): boolean =>
  one.kind === other.kind && shapeOf(one).join() === shapeOf(other).join();
