import { latentSize, type LatentShape } from '@shared/specs';
import { z } from 'zod';
import type { Numbers } from './edits';
import type { Table } from './table';

const KEY = 'tessera.studio';

/** Edits of an item's latent, as they outlast a reload of the page: what was changed, of which picture, with which run. */
const keptSchema = z.object({
  run: z.string(),
  source: z.object({ kind: z.literal('item'), dataset: z.string(), index: z.number().int().nonnegative() }),
  kind: z.enum(['codes', 'vector']),
  size: z.number().int(),
  changes: z.array(z.tuple([z.number().int(), z.number()])),
});
export type Kept = z.infer<typeof keptSchema>;

/** Keeps what was edited on the table, or forgets it where nothing is. A picture out of a file is too large to keep. */
export function keep(table: Table | null, values: Numbers): void {
  try {
    const changes: [number, number][] = [];
    values.forEach((value, place) => {
      if (value !== table?.encoded[place]) changes.push([place, value]);
    });
    if (table?.source?.kind !== 'item' || changes.length === 0) return sessionStorage.removeItem(KEY);
    const { run, latent } = table.model;
    const kept: Kept = { run, source: table.source, kind: latent.kind, size: latentSize(latent), changes };
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // storage may be off or full: then edits last as long as the page
  }
}

/** What was kept; null if nothing was, or nothing that can be read. */
export function readKept(): Kept | null {
  try {
    const parsed = keptSchema.safeParse(JSON.parse(sessionStorage.getItem(KEY) ?? 'null'));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** A latent with the kept changes made in it; as it is, where they were of a latent of another shape. */
export function withKept(encoded: Numbers, latent: LatentShape, { kind, size, changes }: Kept): Numbers {
  if (latent.kind !== kind || latentSize(latent) !== size) return encoded;
  const next = encoded.slice();
  for (const [place, value] of changes) if (place >= 0 && place < next.length) next[place] = value;
  return next;
}
