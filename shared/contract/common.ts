import { z } from 'zod';
import { errorCodes } from '../errors';

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

/** Which checkpoint of a run: by its step, the newest, or the one with the lowest held-out NMSE. */
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

/** What evaluation over a whole split finds; definitions in the manual, page “Metrics”. */
export const evaluationSchema = z.object({
  split: z.enum(['train', 'test']),
  step: z.number().int(),
  items: z.number().int(),
  /** Of autoencoders; null of priors. */
  nmse: z.number().nullable(),
  psnr: z.number().nullable(),
  /** Of the codes over the split, of several layers the mean; null where the model has no codes. */
  perplexity: z.number().nullable(),
  /** Share of all codes used at least once, 0 to 1. */
  usage: z.number().nullable(),
  deadCodes: z.number().int().nullable(),
  /** What else the model measures, by the name of its metric: means over the items. */
  measures: z.record(z.string(), z.number()).default({}),
});
export type Evaluation = z.infer<typeof evaluationSchema>;

/** What checkpoints of a run are judged by, less is better: NMSE of an autoencoder, nats a code of a prior. */
export const scoreOf = ({ nmse, measures }: Evaluation): number =>
  nmse ?? measures[scoreOfPrior(measures) ?? ''] ?? NaN;

/** Which measure tells a prior's checkpoints apart: its nats a code, one by one or drawn in rounds, or a component of a vector. */
export const scoreOfPrior = (measures: Readonly<Record<string, unknown>>): string | undefined =>
  Object.keys(measures).find((name) => /^nats(-in-rounds-\d+|-per-dimension)?$/.test(name));
