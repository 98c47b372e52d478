import { z } from 'zod';
import type { Localized } from '../field';
import type { Medium } from './medium';
import { type PictureSignal, picture } from './picture';

/** What an item of a dataset is made of, and with it what a model reads and writes: a union of the media's signals. */
export type Signal = PictureSignal;
export type MediumKind = Signal['kind'];

type Media = { [Kind in MediumKind]: Medium<Extract<Signal, { kind: Kind }>> };
const known: Media = { picture };

/** Every medium by its kind. Open, so that a test can add one of its own. */
export const media = new Map<string, Medium<Signal>>(Object.entries(known));

/** @throws Error for a kind that is none: a signal that was parsed has one. */
export function mediumOf({ kind }: { kind: string }): Medium<Signal> {
  const medium = media.get(kind);
  if (!medium) throw new Error(`There is no medium "${kind}".`);
  return medium;
}

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

/** The signal in a few words. */
export const describeSignal = (signal: Signal): Localized => mediumOf(signal).describe(signal);

/** Whether items of both signals have the same shape, and so fit the same model. */
export const isSameSignal = (one: Signal, other: Signal): boolean =>
  one.kind === other.kind && shapeOf(one).join() === shapeOf(other).join();
