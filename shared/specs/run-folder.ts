import { z } from 'zod';
import { withSignal } from './earlier';
import { dtypeOf, signalSchema } from './media';

/**
 * A run's folder, written by its trainer but for what says otherwise, and read by everybody:
 *
 *     run.json                      what it is: name, notes, configuration (written by the workbench)
 *     status.json                   where it stands (runStateSchema); with run.json it is a runManifestSchema
 *     incidents.jsonl               what went wrong with its trainers, a line each (written by the workbench)
 *     metrics.jsonl                 one line a step or evaluation (metricLineSchema); a torn last line is dropped
 *     sessions.json                 where, with what and for how long it trained (sessionsFileSchema)
 *     provenance.json               what it learnt from (provenanceFileSchema; written by the workbench)
 *     log.txt                       what the trainer process printed
 *     trace.json                    where the time of steps went, in Chrome's format, of a run that is profiled
 *     previews/index.json           which items, and their size (previewIndexSchema)
 *     previews/originals.u8         the items; previews/<step>.u8 their reconstructions; named by the type of their values
 *     usage/<step>.u32              times each code was used over the held-out split, little-endian
 *     density/<step>-<K>.npz        a mixture of K Gaussians fitted to the latents of that checkpoint, with its weights' hash (written
 *                                   by the studio process, and made anew if it is gone)
 *     checkpoints/<step>/           weights.safetensors, optimizer.safetensors, state.json (checkpointStateSchema)
 *     checkpoints/damaged-<step>/   one that can't be read, put aside when training went on from the one before
 *     autoencoder/                  of a prior: run.json, status.json and the one checkpoint whose codes it learns (written by the workbench)
 *     trainer.lock                  the trainer process that owns the folder now
 *     workbench.lock                the workbench that has the run in its queue or at work (written by it)
 *     bundled.json                  marks a run that came with Tessera (written by the workbench)
 */
export const runFolder = {
  manifest: 'run.json',
  status: 'status.json',
  incidents: 'incidents.jsonl',
  metrics: 'metrics.jsonl',
  sessions: 'sessions.json',
  provenance: 'provenance.json',
  log: 'log.txt',
  trace: 'trace.json',
  lock: 'trainer.lock',
  previews: 'previews',
  previewIndex: 'previews/index.json',
  previewOriginals: (signal: { kind: string }) => `previews/originals.${dtypeOf(signal)}`,
  preview: (step: number, signal: { kind: string }) => `previews/${step}.${dtypeOf(signal)}`,
  usage: 'usage',
  usageAt: (step: number) => `usage/${step}.u32`,
  density: 'density',
  densityAt: (step: number, components: number) => `density/${step}-${components}.npz`,
  autoencoder: 'autoencoder',
  checkpoints: 'checkpoints',
  checkpoint: (step: number) => `checkpoints/${step}`,
  damagedCheckpoint: (step: number) => `checkpoints/damaged-${step}`,
  weights: 'weights.safetensors',
  optimizer: 'optimizer.safetensors',
  state: 'state.json',
} as const;

const metricLineFields = z.object({
  step: z.number().int().nonnegative(),
  /** Seconds since the epoch. */
  wall: z.number(),
  values: z.record(z.string(), z.number().nullable()),
});
export type MetricLine = z.infer<typeof metricLineFields>;

/** A line's values under the names that they have now: before there were media, the speed was in images. */
export function presentNames(values: MetricLine['values']): MetricLine['values'] {
  if (!('images-per-second' in values)) return values;
  const { 'images-per-second': speed = null, ...rest } = values;
  return { ...rest, 'items-per-second': speed };
}

/** One line of metrics.jsonl. Names as in the contract's `metricsSchema`; null stands for NaN or infinity. */
export const metricLineSchema = metricLineFields.transform((line) => ({ ...line, values: presentNames(line.values) }));

/** Takes what versions before there were media wrote as well: a picture's size. */
export const previewIndexSchema = z.preprocess(
  withSignal,
  z.object({ items: z.array(z.number().int()), signal: signalSchema }),
);
export type PreviewIndex = z.infer<typeof previewIndexSchema>;

/** state.json of a checkpoint: with weights and optimizer, all that "continue" needs. */
const stateFields = z.object({
  version: z.literal(1),
  step: z.number().int().nonnegative(),
  seed: z.number().int(),
  /**
   * What checkpoints are judged by, less is better, of the newest evaluation at or before this step, and the run's best
   * so far: held-out NMSE for an autoencoder, nats per code for a prior.
   */
  score: z.number().nullable(),
  bestScore: z.number().nullable(),
  /** Step of that newest evaluation: one that was due at `step` and skipped because of a stop is run on resume. */
  evaluatedStep: z.number().int().nullable().default(null),
  /** Whether this checkpoint is the one with the lowest score so far. */
  best: z.boolean(),
  /** What `weightsHash` of run-files says of weights.safetensors, and of optimizer.safetensors (older ones lack it). */
  weightsHash: z.string(),
  optimizerHash: z.string().nullable().default(null),
  createdAt: z.string(),
});

/** Takes what versions before priors wrote as well, which knew of NMSE alone. */
export const checkpointStateSchema = z.preprocess((value) => {
  if (typeof value !== 'object' || value === null || !('nmse' in value)) return value;
  const { nmse, bestNmse, ...rest } = value as Record<string, unknown>;
  return { score: nmse, bestScore: bestNmse, ...rest };
}, stateFields);
export type CheckpointState = z.infer<typeof checkpointStateSchema>;
