import { z } from 'zod';
import { empty } from './common';

export const doctorReportSchema = z.object({
  ok: z.boolean(),
  versions: z.object({ tessera: z.string(), node: z.string(), platform: z.string() }),
  engine: z.object({ tensorflow: z.string(), device: z.string(), threads: z.number().int() }).nullable(),
  memory: z.object({ total: z.number(), free: z.number() }),
  cache: z.object({ path: z.string(), bytes: z.number() }),
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
  'engine.doctor': { params: empty, result: doctorReportSchema },
};

export const engineEvents = {
  'engine.status': engineStatusSchema,
};
