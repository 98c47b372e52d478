import { z } from 'zod';
import { latentShapeSchema } from '../specs/latent';
import { runManifestFields, runSpecSchema } from '../specs/run';
import { sessionSchema } from '../specs/sessions';
import { splitSchema } from '../specs/dataset';
import { sweepSpecSchema } from '../specs/sweep';
import {
  checkpointChoice,
  datasetId,
  empty,
  evaluationSchema,
  float32s,
  float64s,
  progressSchema,
  runId,
  uint32s,
} from './common';
import { itemsSchema } from './items';
import { comparisonSchema } from './compare';

/** A file of a run's folder that can't be read, by its path in the folder, and why. */
export const damageSchema = z.object({ file: z.string(), message: z.string() });
export type Damage = z.infer<typeof damageSchema>;

/** Where a run stands, as tables and cards show it. */
export const runSummarySchema = runManifestFields.extend({
  /** Whether a trainer process works on it now. */
  active: z.boolean(),
  latest: z
    .object({
      step: z.number().int(),
      /** NMSE of an autoencoder; null for a prior. */
      nmse: z.number().nullable(),
      /** −log p per code of a prior, nats; null for an autoencoder. */
      nats: z.number().nullable().default(null),
      perplexity: z.number().nullable(),
      itemsPerSecond: z.number(),
    })
    .nullable(),
  evaluation: evaluationSchema.nullable(),
  /** Steps with a checkpoint, ascending. */
  checkpoints: z.array(z.number().int()),
  best: z.number().int().nullable(),
  secondsLeft: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  bundled: z.boolean(),
  /** A part of it that can't be read; what else is said here is right, or was when it could. */
  damage: damageSchema.optional(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

/**
 * A run of which nothing is known but its folder: its run.json can't be read. It can be looked at in the file manager,
 * and deleted.
 */
export const damagedRunSchema = z.object({ id: runId, createdAt: z.string(), damage: damageSchema });
export type DamagedRun = z.infer<typeof damagedRunSchema>;

export const listedRunSchema = z.union([runSummarySchema, damagedRunSchema]);
export type ListedRun = z.infer<typeof listedRunSchema>;

export const isReadable = (run: ListedRun): run is RunSummary => 'spec' in run;

/**
 * Metrics in columns. `step[i]` and `wall[i]` (seconds since the epoch) belong to `series[name][i]`; NaN where a series
 * has no value at that step, Infinity where it has one that is not finite. Training series: `loss`, each loss term as
 * `loss/<term>`, `nmse`, `perplexity` (of models with codes), what else the model shows of a step, `learning-rate`,
 * every other number with a schedule as `schedule/<name>`, `gradient-norm` (where gradients are clipped: from before),
 * `items-per-second`, `memory`, and milliseconds of the step: `time/data` (waiting for items), `time/compute` (in
 * TensorFlow), `time/other` (all else since the step before). Evaluation series, a value each evaluation: `test/nmse`,
 * `test/psnr`, `test/perplexity`, `test/usage`, `test/dead-codes` (of models with codes), and `test/<measure>`.
 */
export const metricsSchema = z.object({
  step: float64s,
  wall: float64s,
  series: z.record(z.string(), float32s),
});
export type Metrics = z.infer<typeof metricsSchema>;

/**
 * A value of a line of metrics as a column holds it: NaN for none, Infinity for one that is not finite (null in a
 * file).
 */
export const metricCell = (value: number | null | undefined): number =>
  value === undefined ? NaN : value !== null && Number.isFinite(value) ? value : Infinity;

/** What a configuration costs, before it is started. */
export const planSchema = z.object({
  parameters: z.number().int(),
  memoryBytes: z.number(),
  latent: latentShapeSchema,
  /** Bits of an item's latent, and the factor by which that is smaller than the item. */
  bitsPerItem: z.number(),
  compression: z.number(),
});
export type RunPlan = z.infer<typeof planSchema>;

/**
 * What measuring a configuration found: the median of real steps of it. `steps` counts them; `kinds` differ in what
 * they compute.
 */
export const paceSchema = z.object({
  millisecondsPerStep: z.number(),
  steps: z.number().int(),
  kinds: z.number().int(),
  /** Duration of one pass over the held-out split. */
  secondsPerEvaluation: z.number(),
});
export type Pace = z.infer<typeof paceSchema>;

/** How long a configuration takes on this machine. */
export const runTimeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('measured'),
    ...paceSchema.shape,
    /** Duration of all steps and evaluations. */
    seconds: z.number(),
    /** Runs that were training meanwhile: then it reads too high. */
    beside: z.number().int(),
  }),
  /**
   * - `at-once`: fitted whole before the first step · `training`: a run trains now, which measuring would slow
   * - `memory`: it needs more than this machine has · `failed`: it could not be measured here
   */
  z.object({ kind: z.literal('unknown'), why: z.enum(['at-once', 'training', 'memory', 'failed']) }),
]);
export type RunTime = z.infer<typeof runTimeSchema>;

/** The same, with how long it takes; null while nobody has measured it. */
export const timedPlanSchema = planSchema.extend({ time: runTimeSchema.nullable().default(null) });
export type TimedPlan = z.infer<typeof timedPlanSchema>;

/**
 * Something went wrong that nobody asked for; shown plainly, with what to do next.
 * - `lost`: an engine process died or hung · `damaged`: a checkpoint can't be read, and the one before it was taken
 * - `dataset`: a dataset's files are not what was written
 * - `disk`: a run's folder can't be written, and the run failed · `defect`: an error of ours that nothing caught
 */
export const incidentSchema = z.object({
  id: z.string(),
  kind: z.enum(['lost', 'damaged', 'dataset', 'disk', 'defect']).default('lost'),
  role: z.enum(['library', 'trainer', 'studio', 'workbench']),
  run: runId.nullable(),
  message: z.string(),
  hint: z.string(),
  /** Where the run can be continued from; of a damaged checkpoint, the step of the one that was taken instead. */
  step: z.number().int().nullable(),
  /** The step at which it happened, or of the damaged checkpoint. */
  atStep: z.number().int().nullable().default(null),
  logTail: z.string(),
  at: z.string(),
});
export type Incident = z.infer<typeof incidentSchema>;

/** Where a run comes from, as far as it was recorded; for what was not, empty or null. */
export const provenanceSchema = z.object({
  /** Sessions of its trainers, the oldest first; empty for runs from before they were recorded. */
  sessions: z.array(sessionSchema),
  /** SHA-256 of the dataset's content. */
  datasetHash: z.string().nullable(),
  /** Hashes of the weights of its best checkpoint and of its newest. */
  weights: z.array(z.object({ step: z.number().int(), hash: z.string(), isBest: z.boolean() })),
});
export type Provenance = z.infer<typeof provenanceSchema>;

const oneRun = z.object({ run: runId });

export const runsRequests = {
  /** Newest first. */
  'runs.list': { params: empty, result: z.array(listedRunSchema) },
  'runs.get': { params: oneRun, result: runSummarySchema },
  /**
   * What it costs. `time`: as far as it is known · by measuring, unless a run trains now · by measuring in any case.
   * Measuring takes seconds, in a process of its own; it ends with the request's signal.
   */
  'runs.plan': {
    params: z.object({ spec: runSpecSchema, time: z.enum(['known', 'measure', 'measure-anyway']).default('known') }),
    result: timedPlanSchema,
  },
  'runs.start': {
    params: z.object({ spec: runSpecSchema, name: z.string().trim().max(120).optional() }),
    result: runSummarySchema,
  },
  /** Puts every run of a sweep into the queue, or, if one of them can't be trained, none. */
  'runs.sweep': {
    params: z.object({ sweep: sweepSpecSchema }),
    result: z.object({ runs: z.array(runSummarySchema) }),
  },
  'runs.pause': { params: oneRun, result: runSummarySchema },
  /**
   * Goes on with a paused run, or starts a trainer again from the newest checkpoint of one that stopped; `steps` raises
   * its end.
   */
  'runs.continue': {
    params: oneRun.extend({ steps: z.number().int().positive().optional() }),
    result: runSummarySchema,
  },
  /** Writes a checkpoint and ends the trainer. */
  'runs.stop': { params: oneRun, result: runSummarySchema },
  'runs.update': {
    params: oneRun.extend({
      name: z.string().trim().min(1).max(120).optional(),
      note: z.string().max(10_000).optional(),
      tags: z.array(z.string().trim().min(1).max(40)).max(20).optional(),
      starred: z.boolean().optional(),
    }),
    result: runSummarySchema,
  },
  /** Into the bin; refused while it trains. */
  'runs.remove': { params: oneRun, result: empty },
  'runs.restore': { params: oneRun, result: listedRunSchema },
  /** Opens the run's folder in the file manager (desktop), or answers its path (browser). */
  'runs.reveal': { params: oneRun, result: z.object({ path: z.string(), opened: z.boolean() }) },
  /** Rows after step `after` (exclusive); all of them without it. */
  'runs.metrics': { params: oneRun.extend({ after: z.number().int().optional() }), result: metricsSchema },
  'runs.previews': {
    params: oneRun,
    result: z.object({ steps: z.array(z.number().int()), originals: itemsSchema.nullable() }),
  },
  'runs.preview': { params: oneRun.extend({ step: z.number().int() }), result: itemsSchema },
  /**
   * How often each code was used over the held-out split, at each evaluation: `steps.length × codes` counts, row by
   * row, `codes` the number of codes of all layers, one layer after the other (`CodeLayer.firstCode`); 0 where the
   * model has none.
   */
  'runs.usage': {
    params: oneRun,
    result: z.object({ steps: z.array(z.number().int()), codes: z.number().int(), counts: uint32s }),
  },
  'runs.provenance': { params: oneRun, result: provenanceSchema },
  'runs.log': { params: oneRun, result: z.object({ text: z.string() }) },
  'runs.evaluate': {
    /** `thorough` adds what takes longer than an evaluation in training may: the manual's page “Metrics” says which. */
    params: oneRun.extend({
      checkpoint: checkpointChoice.default('latest'),
      split: splitSchema,
      thorough: z.boolean().default(false),
    }),
    result: evaluationSchema,
    progress: progressSchema,
  },
  /**
   * Runs side by side over the same items: each is evaluated anew over the whole split, and decodes the same few of its
   * items. Table, sheet and report are also written into the workspace's `exports/`, as `exports.create` does.
   */
  'runs.compare': {
    params: z.object({
      runs: z.array(runId).min(1).max(24),
      checkpoint: checkpointChoice.default('latest'),
      /** Whose items; those that the first run was trained on, if left out. */
      dataset: datasetId.optional(),
      split: splitSchema.default('test'),
      /** Pictures on the sheet. */
      pictures: z.number().int().min(1).max(64).default(12),
      thorough: z.boolean().default(false),
      /** Language of the report. */
      language: z.enum(['en', 'zh-CN']).default('en'),
    }),
    result: comparisonSchema,
    progress: progressSchema,
  },
  'runs.incidents': { params: empty, result: z.array(incidentSchema) },
  'runs.dismiss': { params: z.object({ incident: z.string() }), result: empty },
};

export const runsEvents = {
  'runs.changed': runSummarySchema,
  /** Its run.json can't be read any more, and wasn't before. */
  'runs.damaged': damagedRunSchema,
  'runs.removed': oneRun,
  /** New rows of a run in training. */
  'runs.metrics': oneRun.extend({ metrics: metricsSchema }),
  'runs.preview': oneRun.extend({ step: z.number().int() }),
  'runs.incident': incidentSchema,
};
