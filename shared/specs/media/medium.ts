import type { z } from 'zod';
import type { Localized } from '../field';
import type { ItemType } from './item-type';

/** What is known of a measure: which of its values are better (null where that can't be said), and its unit. */
export interface MeasureFacts {
  better: 'more' | 'less' | null;
  unit?: 'dB' | 'bits' | 'nats';
}

/** What is known of an item as it came, before it was brought to the dataset's signal: numbers by name. */
export type ItemFacts = Readonly<Record<string, number>>;

/**
 * What both sides know of a medium: what an item of a dataset is made of, and how that is said. Everything else (its
 * files, its tensors, its screens) lies in the medium's own files in the engine and in the renderer.
 */
export interface Medium<S extends { kind: string }, D extends ItemType = ItemType> {
  readonly kind: S['kind'];
  readonly name: Localized;
  /** The schema of the signal that every item of a dataset has. */
  readonly signal: z.ZodType<S>;
  /** Names of the axes of a latent grid, the outermost first. As many as the rank of the medium's convolutions. */
  readonly axes: readonly string[];
  /** Lengths of a signal along these axes. */
  sides(signal: S): number[];
  /** Values at each place. */
  channels(signal: S): number;
  /** How values are stored. */
  readonly dtype: D;
  /** The stored values that are −0.5 and 0.5 to a model, whole ones where the type has no others. */
  readonly range: readonly [low: number, high: number];
  /** What an item's line keeps of its source. */
  readonly facts: z.ZodType<ItemFacts>;
  /** How a person’s files are brought to a dataset’s items, as a form asks for it. */
  readonly importOptions: z.ZodObject;
  /** What may be done to an item at random while a model learns, as a form asks for it. */
  readonly augmentation: z.ZodObject;
  /** Measures of reconstructions that the medium brings, in the order of tables. */
  readonly measures: Readonly<Record<string, MeasureFacts>>;
  /** The signal in a few words, `32 × 32 px, colour`. */
  describe(signal: S): Localized;
  /** An item's facts in a few words, `640 × 480 px`. */
  describeFacts(facts: ItemFacts): Localized;
}
