import { z } from 'zod';
import { empty } from './common';

/** A dataset or run that was removed and can be brought back. */
export const binEntrySchema = z.object({
  /** What other requests name it by. */
  key: z.string(),
  /** `other` is a folder that is neither: it can only be deleted for good. */
  kind: z.enum(['dataset', 'run', 'other']),
  id: z.string(),
  name: z.string(),
  removedAt: z.string(),
  /** On disk, all files together. */
  bytes: z.number(),
});
export type BinEntry = z.infer<typeof binEntrySchema>;

const oneEntry = z.object({ key: z.string().max(200) });

export const binRequests = {
  /** Newest first. */
  'bin.list': { params: empty, result: z.array(binEntrySchema) },
  /** Puts it back where it was. CONFLICT if something else has its place, NOT_FOUND if it is no longer in the bin. */
  'bin.restore': { params: oneEntry, result: binEntrySchema.pick({ kind: true, id: true, name: true }) },
  /** Deletes for good: one entry, or all of them without a key. */
  'bin.empty': { params: oneEntry.partial(), result: z.object({ entries: z.number().int(), bytes: z.number() }) },
};

export const binEvents = {
  'bin.changed': empty,
};
