import { z } from 'zod';
import { empty } from './common';

/**
 * The engine that encodes and decodes here, and why. `native` is TensorFlow, which alone trains; `portable` is
 * WebAssembly.
 * - `set-up`: TensorFlow is set up · `not-set-up`: it isn't · `does-not-load`: it is, and fails
 * - `asked`: TESSERA_ENGINE says so
 */
export const backendChoiceSchema = z.object({
  kind: z.enum(['native', 'portable']),
  why: z.enum(['set-up', 'not-set-up', 'does-not-load', 'asked']),
});
export type BackendChoice = z.infer<typeof backendChoiceSchema>;

/** A graphics card as its driver lists it. */
export const graphicsCardSchema = z.object({
  name: z.string(),
  /** `550.54.14` */
  driver: z.string(),
  /** In MiB; null where the driver doesn't tell. */
  memory: z.number().nullable(),
  /** `8.9`; null from drivers too old to tell. */
  computeCapability: z.string().nullable(),
});
export type GraphicsCard = z.infer<typeof graphicsCardSchema>;

export const doctorReportSchema = z.object({
  ok: z.boolean(),
  versions: z.object({ tessera: z.string(), node: z.string(), platform: z.string() }),
  backend: backendChoiceSchema,
  engine: z.object({ tensorflow: z.string(), device: z.string(), threads: z.number().int() }).nullable(),
  /** NVIDIA cards, whether or not they are used. */
  cards: z.array(graphicsCardSchema),
  memory: z.object({ total: z.number(), free: z.number() }),
  cache: z.object({ path: z.string(), bytes: z.number() }),
  /** Whether the network for perceptual losses and metrics is set up: an option, so lacking it is no problem. */
  perceptualTrunk: z.boolean(),
  /** What is wrong, the first to mend first. */
  problems: z.array(z.object({ code: z.string(), message: z.string(), hint: z.string() })),
});
export type DoctorReport = z.infer<typeof doctorReportSchema>;

export const engineRoles = ['library', 'trainer', 'studio'] as const;
export const engineRoleSchema = z.enum(engineRoles);
export type EngineRole = z.infer<typeof engineRoleSchema>;

export const engineStates = ['idle', 'starting', 'ready', 'restarting', 'stopped', 'failed'] as const;
export const engineStatusSchema = z.object({
  role: engineRoleSchema,
  run: z.string().nullable(),
  state: z.enum(engineStates),
  pid: z.number().int().nullable(),
  restarts: z.number().int(),
});
export type EngineStatus = z.infer<typeof engineStatusSchema>;

export const engineRequests = {
  'engine.status': { params: empty, result: z.array(engineStatusSchema) },
  'engine.backend': { params: empty, result: backendChoiceSchema },
  'engine.doctor': { params: empty, result: doctorReportSchema },
};

export const engineEvents = {
  'engine.status': engineStatusSchema,
};
