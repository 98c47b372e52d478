import { z } from 'zod';
import { errorCodes } from '../errors';
import { scoreIn } from '../metrics/measures';

export const datasetId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,80}$/, 'expected a dataset’s id');
export const runId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,80}$/, 'expected a run’s id');
/** Typed arrays cross every pipe as what they are, whatever memory they lie in. */
export const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected bytes');
export const int32s = z.custom<Int32Array>((value) => value instanceof Int32Array, 'expected an Int32Array');
export const uint32s = z.custom<Uint32Array>((value) => value instanceof Uint32Array, 'expected a Uint32Array');
export const float32s = z.custom<Float32Array>((value) => value instanceof Float32Array, 'expected a Float32Array');
export const float64s = z.custom<Float64Array>((value) => value instanceof Float64Array, 'expected a Float64Array');
export const empty = z.object({});

/** Why something was not kept in the workspace. */
export const notKeptSchema = z.object({ code: z.enum(errorCodes), message: z.string(), hint: z.string() });
export type NotKept = z.infer<typeof notKeptSchema>;

/** Which checkpoint of a run: by its step, the newest, or the one with the best held-out score. */
export const checkpointChoice = z.union([z.number().int().nonnegative(), z.enum(['latest', 'best'])]);
export type CheckpointChoice = z.infer<typeof checkpointChoice>;

/** What a long request reports: `total` is null while it is unknown. */
export const progressSchema = z.object({
  phase: z.string(),
  done: z.number(),
  total: z.number().nullable(),
  skipped: z.number().default(0),
  secondsLeft: z.number().nullable().default(null),
});
export type ProgressReport = z.infer<typeof progressSchema>;

const evaluationFields = z.object({
  split: z.enum(['train', 'test']),
  step: z.number().int(),
  items: z.number().int(),
  /** What checkpoints of the run are judged by: one of the measures. */
  score: z.object({ name: z.string(), value: z.number(), better: z.enum(['more', 'less']) }),
  /** All that was measured, by name: what the items' medium, the codes and the model bring, as means over the items. */
  measures: z.record(z.string(), z.number()),
});

/**
 * What evaluation over a whole split finds; definitions in the manual, page “Metrics”. Takes what earlier versions
 * wrote as well, where some measures had fields of their own and none was called the score.
 */
export const evaluationSchema = z.preprocess((value) => {
  if (typeof value !== 'object' || value === null || 'score' in value) return value;
  const { nmse, psnr, perplexity, usage, deadCodes, measures: others, ...rest } = value as Record<string, unknown>;
  const all = { nmse, psnr, perplexity, usage, 'dead-codes': deadCodes, ...(others as object | undefined) };
  const measures = Object.fromEntries(
    Object.entries(all).flatMap(([name, one]) => (typeof one === 'number' ? [[name, one]] : [])),
  );
  return { ...rest, score: scoreIn(measures), measures };
}, evaluationFields);
export type Evaluation = z.infer<typeof evaluationFields>;
