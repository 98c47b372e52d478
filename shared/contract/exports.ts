import { z } from 'zod';
import { bytes, checkpointChoice, progressSchema, runId } from './common';

export const exportFormats = ['safetensors', 'savedmodel'] as const;
export const exportFormatSchema = z.enum(exportFormats);
export type ExportFormat = z.infer<typeof exportFormatSchema>;

export const exportResultSchema = z.object({
  format: exportFormatSchema,
  path: z.string(),
  files: z.array(z.object({ name: z.string(), bytes: z.number().int() })),
});
export type ExportResult = z.infer<typeof exportResultSchema>;

export const exportsRequests = {
  /**
   * Writes into the workspace's `exports/`, whole or not at all; the page downloads from there, the desktop opens the
   * folder. Phases: `loading` the checkpoint, `capturing` its functions (SavedModel), `writing` bytes.
   */
  'exports.create': {
    params: z.object({ run: runId, checkpoint: checkpointChoice.default('latest'), format: exportFormatSchema }),
    result: exportResultSchema.extend({ id: z.string() }),
    progress: progressSchema,
  },
  /** One file of an export, piece by piece: at most 4 MiB an answer. */
  'exports.read': {
    params: z.object({ id: z.string(), file: z.string(), offset: z.number().int().nonnegative() }),
    result: z.object({ bytes, total: z.number().int() }),
  },
  'exports.reveal': {
    params: z.object({ id: z.string() }),
    result: z.object({ path: z.string(), opened: z.boolean() }),
  },
};
