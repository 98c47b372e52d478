import { z } from 'zod';
import { importOptionsSchema } from './dataset';
import { presentSpec, renamed, withPresentPoint } from './earlier';
import { described } from './field';
import { latentShapeSchema } from './latent';
import { augmentationSchema, signalSchema } from './media';
import { isPrior, modelSchema } from './model';
import { refuse } from './refusal';
import { learnsInSteps, trainingSchema } from './training';

/** What a single field of a specification may be set to. */
export const settingSchema = z.union([z.number(), z.boolean(), z.string(), z.null()]);

/** Whose latents a prior learns: a checkpoint of an autoencoder's run. */
export const codesFromSchema = z.object({
  run: described(z.string().min(1), {
    label: { en: 'Autoencoder', 'zh-CN': '自编码器' },
    help: {
      en: 'The run whose codes, or vectors, the prior learns.',
      'zh-CN': '先验所学习的码或向量来自哪个运行。',
    },
  }),
  step: described(z.number().int().nonnegative().nullable().default(null), {
    label: { en: 'Its checkpoint', 'zh-CN': '其检查点' },
    help: {
      en: 'The step of the autoencoder’s checkpoint; its best one if left out.',
      'zh-CN': '自编码器检查点的步数；不填则用最好的一个。',
    },
  }),
});
export type CodesFrom = z.infer<typeof codesFromSchema>;

/**
 * All that decides a run: with the dataset's items (and for a prior the autoencoder's weights) it fully determines the
 * result.
 */
export const runSpecFields = z.object({
  dataset: z.string().min(1),
  model: modelSchema,
  /** Whose latents a prior learns; null for an autoencoder. */
  autoencoder: codesFromSchema.nullable().default(null),
  training: trainingSchema.prefault({}),
  augmentation: described(augmentationSchema.prefault({}), {
    // a prior sees codes, not items
    applies: (beside, whole) => learnsInSteps(beside, whole) && !whole.autoencoder,
    label: { en: 'Augmentation', 'zh-CN': '数据增强' },
    help: {
      en: 'What is done to the training items at random.',
      'zh-CN': '对训练条目随机做的改动。',
    },
  }),
  /** The preset it began from, for the record. */
  preset: z.string().nullable().default(null),
});

/** Takes what earlier versions wrote as well. */
export const runSpecSchema = z.preprocess(
  presentSpec,
  runSpecFields.superRefine(({ model, autoencoder }, context) => {
    if (isPrior(model) === (autoencoder !== null)) return;
    refuse(
      context,
      'autoencoder',
      isPrior(model)
        ? {
            en: `A ${model.kind} prior learns the latents of an autoencoder: name its run.`,
            'zh-CN': `先验 ${model.kind} 学习自编码器的潜变量：请指定其运行。`,
          }
        : {
            en: `A ${model.kind} learns from a dataset’s items; only a prior learns another run’s latents.`,
            'zh-CN': `${model.kind} 从数据集的条目学习；只有先验才学习另一个运行的潜变量。`,
          },
    );
  }),
);
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

const failureSchema = z.object({ code: z.string(), message: z.string(), hint: z.string() });

/**
 * `status.json` in a run's folder: where it stands. Written by whoever works on the run: its trainer while there is
 * one, the workbench before and after.
 */
export const runStateSchema = z.object({
  status: runStatusSchema,
  step: z.number().int().nonnegative().default(0),
  failure: failureSchema.nullable().default(null),
  updatedAt: z.string(),
});
export type RunState = z.infer<typeof runStateSchema>;

/**
 * How picture files become what a run learns from, besides size and colour: copied from the dataset's import, so that a
 * file is encoded as the same file in the dataset is. A run from before it was kept reads them as its encoder always
 * did.
 */
export const preprocessingSchema = z.object({
  fit: importOptionsSchema.shape.fit,
  background: importOptionsSchema.shape.background,
});
export type Preprocessing = z.infer<typeof preprocessingSchema>;

/** What is known of a run: `run.json`, which the workbench alone writes, and `status.json`, joined by `joinRun`. */
export const runManifestFields = runStateSchema.extend({
  version: z.literal(1),
  id: z.string(),
  name: z.string(),
  note: z.string().default(''),
  tags: z.array(z.string()).default([]),
  starred: z.boolean().default(false),
  spec: runSpecSchema,
  datasetName: z.string(),
  signal: signalSchema,
  preprocessing: preprocessingSchema.prefault({}),
  /** Divisor of NMSE, copied from the dataset so that a run stands alone. */
  trainVariance: z.number().positive(),
  classes: z.array(z.string()).default([]),
  /** The checkpoint whose latents a prior learns, which lies in the run's own folder; null for an autoencoder. */
  codes: z
    .object({
      run: z.string(),
      name: z.string(),
      step: z.number().int(),
      weightsHash: z.string(),
      latent: latentShapeSchema,
    })
    .nullable()
    .default(null),
  /** The sweep that the run belongs to, and the run's value of each field that varies; null outside a sweep. */
  sweep: z
    .object({ name: z.string(), point: z.record(z.string(), settingSchema) })
    .nullable()
    .default(null),
  createdAt: z.string(),
});

/** Takes what versions before there were media wrote as well: `image`, a picture's size. */
export const runManifestSchema = z.preprocess(
  (value) => withPresentPoint(renamed('image', 'signal')(value)),
  runManifestFields,
);
export type RunManifest = z.infer<typeof runManifestSchema>;

/** Where a run stands whose status.json is gone or damaged: the weights are unaffected. */
export const lostState: Omit<RunState, 'updatedAt'> = {
  status: 'interrupted',
  step: 0,
  failure: {
    code: 'BAD_FILE',
    message: 'status.json, which says where this run stands, is missing or damaged.',
    hint: 'Continue the run: it goes on from its newest checkpoint.',
  },
};

/**
 * The content of run.json and of status.json (undefined: there is none; null: not JSON) as one, still to be parsed by
 * `runManifestSchema`. A run.json from before there was a status.json says where the run stands itself.
 */
export function joinRun(record: Readonly<Record<string, unknown>>, state: unknown): Record<string, unknown> {
  if (state === undefined && 'status' in record) return record;
  const parsed = runStateSchema.safeParse(state);
  if (!parsed.success) return { ...record, ...lostState };
  const changedAt = String(record.updatedAt ?? '');
  const updatedAt = parsed.data.updatedAt > changedAt ? parsed.data.updatedAt : changedAt;
  return { ...record, ...parsed.data, updatedAt };
}

/** The part of a run's content that belongs in its run.json. */
export function recordOf(joined: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { status: _status, step: _step, failure: _failure, ...record } = joined;
  return record;
}
