import { z } from 'zod';
import { checkpointChoice, float32s, int32s, progressSchema, runId } from './common';
import { itemsSchema } from './items';
import { nearestItemsSchema, nearestToSchema, qualityCount, sampleQualitySchema } from './sample-quality';
import { splitSchema } from '../specs/dataset';
import { canvas, latentSchema } from './studio';

/** A class of the dataset by its number; null: of no class in particular. */
export const labelSchema = z.number().int().nonnegative().nullable().default(null);

/** How samples of a prior are drawn. Sample n of a seed and settings is always the same, however many are asked for. */
export const drawingSchema = z.object({
  count: z.number().int().min(1).max(1024).default(16),
  /** The number of the first that is wanted, of those that the seed stands for. */
  first: z.number().int().min(0).max(1_000_000).default(0),
  seed: z.number().int().min(0).max(2147483647).default(1),
  /** 1 draws from the prior's distribution, less from a sharper one. */
  temperature: z.number().min(0.01).max(10).default(1),
  /** Only the k likeliest codes can be drawn; 0: all. */
  topK: z.number().int().min(0).max(1_000_000).default(0),
  /** Only the fewest likeliest codes that together have this probability. */
  topP: z.number().gt(0).max(1).default(1),
  /** Strength of classifier-free guidance: 1 is the distribution as learnt, more exaggerates the class. */
  guidance: z.number().min(0).max(20).default(1),
  label: labelSchema,
  /** Number of rounds in which a prior over masked codes fills them in. */
  rounds: z.number().int().min(1).max(256).default(8),
  /** Which of a round's codes it keeps: those it is surest of, or the next ones of Halton's order, spread evenly. */
  choice: z.enum(['confidence', 'halton']).default('confidence'),
  /** How much chance has a say in what it is surest of; it falls to 0 by the last round. */
  choiceTemperature: z.number().min(0).max(100).default(4.5),
  /** Codes of an item that are settled, −1 where one is to be drawn; null: all are drawn. */
  given: int32s.nullable().default(null),
});
export type Drawing = z.infer<typeof drawingSchema>;

export const samplesSchema = z.object({
  step: z.number().int(),
  pictures: itemsSchema,
  /** The samples' codes one after the other, [count, latentSize]; none of a prior over vectors. */
  codes: int32s,
  /** The samples' vectors, for a prior over vectors: [count, latentSize]. */
  vectors: float32s.optional(),
});
export type Samples = z.infer<typeof samplesSchema>;

/**
 * What a drawing reports: how far it is, and where it was asked for, pictures of the samples in work, the open codes of
 * them grey.
 */
export const drawingProgressSchema = progressSchema.extend({
  soFar: z.object({ first: z.number().int(), pictures: itemsSchema }).optional(),
});
export type DrawingProgress = z.infer<typeof drawingProgressSchema>;

/** Whether a drawing reports pictures of what it is drawing. */
export const showing = z.boolean().optional();

/** One sample, by its number among the samples of the seed. */
export const watchingSchema = drawingSchema
  .omit({ count: true, first: true, given: true })
  .extend({ number: drawingSchema.shape.first });
export type Watching = z.infer<typeof watchingSchema>;

/** How one sample was drawn. */
export const watchedSchema = z.object({
  step: z.number().int(),
  /** Whether a turn settles several codes; else one. */
  inRounds: z.boolean(),
  /** [latentSize], as `samples.draw` answers them. */
  codes: int32s,
  /** The turn in which each code was settled, from 0: [latentSize] */
  turns: int32s,
  turnCount: z.number().int(),
  /** Candidates of a place. */
  each: z.number().int(),
  /**
   * The likeliest codes of each place first, −1 where fewer can be drawn: in rounds, before each of them [turnCount,
   * latentSize, each]; else as its turn came [latentSize, each].
   */
  candidates: int32s,
  /** Their probabilities as drawing saw them: after guidance, temperature, top-k and top-p. */
  probabilities: float32s,
  /** Probabilities of the codes that were drawn, [latentSize]. */
  drawn: float32s,
});
export type Watched = z.infer<typeof watchedSchema>;

/** Codes of which some may be open (−1), one item after the other. */
const unfinished = { count: z.number().int().min(1).max(64), codes: int32s };
export const unfinishedSchema = z.object(unfinished);

/** How the open codes of pictures are filled in: several pictures, each with its own settled codes. */
export const fillingSchema = drawingSchema.omit({ count: true, first: true, given: true }).extend({
  /**
   * The canvas of pictures larger than the model's own, which are filled in window by window, each beginning from what
   * is settled.
   */
  canvas,
  /** The pictures' codes one after the other, −1 where one is to be drawn. */
  given: int32s,
});
export type Filling = z.infer<typeof fillingSchema>;

/** What samples are measured with: how they are drawn, and the split that they are compared with. */
export const qualitySchema = drawingSchema
  .omit({ first: true, label: true, given: true })
  .extend({ count: qualityCount, split: splitSchema.default('test') });

const prior = z.object({ run: runId, checkpoint: checkpointChoice.default('best') });

export const samplesRequests = {
  'samples.draw': {
    params: prior.extend({ ...drawingSchema.shape, showing }),
    result: samplesSchema,
    progress: drawingProgressSchema,
  },
  /** Draws one sample, the same as `samples.draw`, and tells how. */
  'samples.watch': { params: prior.extend(watchingSchema.shape), result: watchedSchema, progress: progressSchema },
  /** Pictures of codes; open ones have the codes of a grey picture. */
  'samples.decode': {
    params: prior.extend(unfinished),
    result: z.object({ step: z.number().int(), pictures: itemsSchema }),
  },
  /** The same seed fills the same codes in, however many pictures there are. Settled codes stay as they are. */
  'samples.fill': { params: prior.extend(fillingSchema.shape), result: samplesSchema, progress: progressSchema },
  /** Measures many samples against the pictures of a split. */
  'samples.quality': {
    params: prior.extend(qualitySchema.shape),
    result: sampleQualitySchema,
    progress: progressSchema,
  },
  /** The training pictures nearest to what codes decode to: whether a prior made something new or remembers. */
  'samples.nearest': {
    params: prior.extend(nearestToSchema.shape),
    result: nearestItemsSchema,
    progress: progressSchema,
  },
  /** How unlikely the prior finds each code of a latent: −log p in nats, [latentSize]. */
  'samples.surprise': {
    params: prior.extend({ latent: latentSchema, canvas, label: labelSchema }),
    result: z.object({ step: z.number().int(), nats: float32s }),
  },
};
