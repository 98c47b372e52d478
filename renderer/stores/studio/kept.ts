import { latentSize } from '@shared/specs';
import { z } from 'zod';
import { become, resize, type Edit } from './edits';
import { encodedOn, framedLatent } from './frame';
import type { History } from './history';
import type { Table } from './table';

const KEY = 'tessera.studio';

const side = z.number().int().nonnegative().max(4096);

/** Edits of an item's latent, as they outlast a reload of the page: what was changed, of which picture, with which run. */
const keptSchema = z.object({
  run: z.string(),
  source: z.object({ kind: z.literal('item'), dataset: z.string(), index: z.number().int().nonnegative() }),
  kind: z.enum(['codes', 'vector']),
  size: z.number().int(),
  /** Of a canvas larger than the model's own. */
  frame: z.object({ height: side, width: side, top: side, left: side }).nullable().default(null),
  changes: z.array(z.tuple([z.number().int(), z.number()])),
});
export type Kept = z.infer<typeof keptSchema>;

/** Keeps what was edited on the table, or forgets it where nothing is. A picture out of a file is too large to keep. */
export function keep(table: Table, { values, frame }: Pick<History, 'values' | 'frame'>): void {
  try {
    const { run, latent } = table.model;
    const encoded = encodedOn(table.encoded, latent, frame);
    const changes: [number, number][] = [];
    values.forEach((value, place) => {
      if (value !== encoded[place]) changes.push([place, value]);
    });
    if (table.source?.kind !== 'item' || changes.length === 0) return sessionStorage.removeItem(KEY);
    const kept: Kept = { run, source: table.source, kind: latent.kind, size: latentSize(latent), frame, changes };
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

/** The edit that makes the kept changes in the picture on the table; null where they were of a latent of another shape. */
export function editKept({ encoded, model }: Table, { kind, size, frame, changes }: Kept): Edit | null {
  const { latent } = model;
  if (latent.kind !== kind || latentSize(latent) !== size) return null;
  const next = encodedOn(encoded, latent, frame).slice();
  if (next.length !== latentSize(framedLatent(latent, frame))) return null;
  for (const [place, value] of changes) if (place >= 0 && place < next.length) next[place] = value;
  return frame ? resize({ values: encoded, frame: null }, next, frame) : become(encoded, next);
}
