import { z } from 'zod';
import { splitSchema } from '../specs/dataset';
import { int32s } from './common';
import { itemsSchema } from './items';

/** How many samples stand for a prior where their quality is measured. */
export const qualityCount = z.number().int().min(16).max(10_000).default(512);

/**
 * How samples lie beside real pictures, by features of the perceptual trunk; definitions in the manual, page “Metrics”.
 */
export const sampleQualitySchema = z.object({
  step: z.number().int(),
  split: splitSchema,
  samples: z.number().int(),
  /** Real pictures that they were compared with. */
  items: z.number().int(),
  /** Whether each was drawn of the class of one of the real pictures. */
  byClass: z.boolean(),
  measures: z.record(z.string(), z.number()),
  /**
   * What real pictures of the other split reach, as many of them if there are: the best that so few items can reach.
   * Empty without any.
   */
  realItems: z.number().int(),
  realMeasures: z.record(z.string(), z.number()),
});
export type SampleQuality = z.infer<typeof sampleQualitySchema>;

/** Whose nearest training pictures are asked for (codes of one item), and how many. */
export const nearestToSchema = z.object({ codes: int32s, count: z.number().int().min(1).max(12).default(4) });

export const nearestItemsSchema = z.object({
  step: z.number().int(),
  /** Where distances are taken: in features of the perceptual trunk, or in pixels where that isn't set up. */
  by: z.enum(['features', 'pixels']),
  /** The nearest first. */
  items: z.array(
    z.object({
      index: z.number().int(),
      name: z.string(),
      class: z.string().nullable(),
      /** Euclidean distance of features, or the root mean square difference of pixels in [0, 1]. */
      distance: z.number(),
      /** Places at which it has the same code. */
      sameCodes: z.number().int(),
    }),
  ),
  pictures: itemsSchema,
  /** Training items that were looked at: all of them, up to 100,000. */
  trainingItems: z.number().int(),
  /** Training items with exactly these codes. */
  identical: z.number().int(),
  /**
   * Number of held-out reconstructions looked at, and the share whose nearest training picture is farther than this
   * one’s; null without any.
   */
  heldOut: z.object({ items: z.number().int(), farther: z.number() }).nullable(),
});
export type NearestItems = z.infer<typeof nearestItemsSchema>;
