import { z } from 'zod';

/** Where and with what a stretch of training ran. */
export const machineSchema = z.object({
  /** Model of the processor. */
  cpu: z.string(),
  cores: z.number().int().positive(),
  memoryBytes: z.number().positive(),
  /** Name and release of the operating system, and the architecture. */
  system: z.string(),
});
export type Machine = z.infer<typeof machineSchema>;

/** One trainer at work on a run, from its start or a continuation to its end. */
export const sessionSchema = z.object({
  startedAt: z.string(),
  /** When this was last written: at a checkpoint, or at the session's end. */
  writtenAt: z.string(),
  fromStep: z.number().int().nonnegative(),
  toStep: z.number().int().nonnegative(),
  /** Time at work, evaluations included, pauses not. */
  seconds: z.number().nonnegative(),
  machine: machineSchema,
  /** `cpu`, or what the graphics card is called. */
  device: z.string(),
  /** Threads that one operation may use. */
  threads: z.number().int().positive(),
  versions: z.object({ tessera: z.string(), tensorflow: z.string(), node: z.string() }),
});
export type Session = z.infer<typeof sessionSchema>;

/** `sessions.json` in a run's folder: every session, the oldest first. Runs from before it was written have none. */
export const sessionsFileSchema = z.object({ version: z.literal(1), sessions: z.array(sessionSchema) });

/** Seconds at work over all sessions; null where none was recorded. */
export const secondsOf = (sessions: readonly Pick<Session, 'seconds'>[]): number | null =>
  sessions.length === 0 ? null : sessions.reduce((sum, { seconds }) => sum + seconds, 0);

/**
 * `provenance.json` in a run's folder: the pictures it learnt from, by the hash of their content, which outlives the
 * dataset.
 */
export const provenanceFileSchema = z.object({
  version: z.literal(1),
  /** SHA-256 in hexadecimal digits. */
  datasetHash: z.string(),
});
