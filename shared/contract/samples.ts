import { z } from 'zod';
import { checkpointChoice, float32s, int32s, pictures, progressSchema, runId } from './common';
import { latentSchema } from './studio';

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
  /** Of the class against none: 1 as it is learnt, more exaggerates (classifier-free guidance). */
  guidance: z.number().min(0).max(20).default(1),
  label: labelSchema,
  /** Of a prior that fills in masked codes: how many rounds it takes. */
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
  pictures,
  /** The samples' codes one after the other, [count, latentSize]. */
  codes: int32s,
});
export type Samples = z.infer<typeof samplesSchema>;

const prior = z.object({ run: runId, checkpoint: checkpointChoice.default('best') });

export const samplesRequests = {
  'samples.draw': { params: prior.extend(drawingSchema.shape), result: samplesSchema, progress: progressSchema },
  /** How unlikely the prior finds each code of a latent: −log p in nats, [latentSize]. */
  'samples.surprise': {
    params: prior.extend({ latent: latentSchema, label: labelSchema }),
    result: z.object({ step: z.number().int(), nats: float32s }),
  },
};
