import type { z } from 'zod';
import type { Localized } from './field';

/**
 * Refuses values that contradict each other, in a schema's `superRefine`: at `path` (of a field, or a field of a field:
 * `quantizer.codes`), in the reader's language (`params.reason`).
 */
export function refuse(context: z.RefinementCtx, path: string, reason: Localized): void {
  context.addIssue({ code: 'custom', path: path.split('.'), message: reason.en, params: { reason } });
}
