import { z } from 'zod';
import { autoencoderSchema } from './autoencoders';
import { trainingSchema } from './training';

/** All that decides a run: with the dataset's pixels it fully determines the result. */
export const runSpecSchema = z.object({
  dataset: z.string().min(1),
  model: autoencoderSchema,
  training: trainingSchema.prefault({}),
  /** The preset it began from, for the record. */
  preset: z.string().nullable().default(null),
});
export type RunSpec = z.infer<typeof runSpecSchema>;

export const runStatuses = [
  'queued',
  'starting',
  'running',
  'paused',
  'stopped',
  'interrupted',
  'failed',
  'finished',
] as const;
export const runStatusSchema = z.enum(runStatuses);
export type RunStatus = z.infer<typeof runStatusSchema>;

/** The shape of what a run's model reads: `[height, width, channels]`. */
export const imageShapeSchema = z.object({
  height: z.number().int().positive(),
  width: z.number().int().positive(),
  channels: z.union([z.literal(1), z.literal(3)]),
});
export type ImageShape = z.infer<typeof imageShapeSchema>;

/** `run.json` in a run's folder. The trainer writes `status`, `step`, `failure`; the workbench the rest. */
export const runManifestSchema = z.object({
  version: z.literal(1),
  id: z.string(),
  name: z.string(),
  note: z.string().default(''),
  tags: z.array(z.string()).default([]),
  starred: z.boolean().default(false),
  spec: runSpecSchema,
  datasetName: z.string(),
  image: imageShapeSchema,
  /** Divisor of NMSE, copied from the dataset so that a run stands alone. */
  trainVariance: z.number().positive(),
  classes: z.array(z.string()).default([]),
  status: runStatusSchema,
  step: z.number().int().nonnegative().default(0),
  failure: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable().default(null),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type RunManifest = z.infer<typeof runManifestSchema>;
