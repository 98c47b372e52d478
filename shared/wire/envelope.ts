import { z } from 'zod';
import { errorCodes } from '../errors';

const id = z.number().int().nonnegative();

/** One message on a pipe. `progress` belongs to a running request, `event` to nobody in particular. */
export const envelopeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('request'), id, method: z.string(), params: z.unknown() }),
  z.object({ kind: z.literal('reply'), id, result: z.unknown() }),
  z.object({
    kind: z.literal('error'),
    id,
    error: z.object({
      code: z.enum(errorCodes),
      message: z.string(),
      hint: z.string(),
      field: z.string().optional(),
    }),
  }),
  z.object({ kind: z.literal('progress'), id, value: z.unknown() }),
  z.object({ kind: z.literal('cancel'), id }),
  z.object({ kind: z.literal('event'), name: z.string(), payload: z.unknown() }),
]);
export type Envelope = z.infer<typeof envelopeSchema>;
