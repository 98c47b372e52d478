import type { PictureSource, StudioDocument } from '@shared/contract';
import { latentSize } from '@shared/specs';
import { editOf, resize } from './edits';
import { encodedOn, framedLatent } from './frame';
import { begin, perform, undo, type History } from './history';
import type { Table } from './laid-table';
import type { Numbers } from './numbers';

/** The tools in hand, as they come back with a picture. */
export type Tools = StudioDocument['tools'];

/** What is kept of a picture on the table; `file` is the document with the bytes of a dropped picture. */
export function documentOf(of: Table, { done, undone }: History, tools: Tools, file: string | null): StudioDocument {
  const { model, source, name, original, encoded, reconstruction } = of;
  return {
    run: model.run,
    step: model.step,
    weightsHash: model.weightsHash,
    name: name.slice(0, 300),
    picture:
      source?.kind === 'item'
        ? source
        : source && file
          ? { kind: 'file', name: source.name.slice(0, 300), kept: file }
          : null,
    original,
    encoded,
    reconstruction,
    done: [...done],
    undone: [...undone],
    tools,
  };
}

/** The history that was kept, as it was: all edits done again from the start. */
export function historyOf({ encoded, done, undone }: StudioDocument): History {
  const before = done.reduce<History>((history, edit) => perform(history, edit), begin(encoded));
  return { ...before, undone };
}

/**
 * The same history on the picture as another checkpoint encodes it, step by step: places that were changed get the numbers that
 * they were given, all others the new ones. Nothing is done yet where the latent has another shape.
 */
export function doneAgain(encoded: Numbers, { done, undone }: History, { encoded: fresh, model }: Table): History {
  if (fresh.length !== encoded.length || fresh.constructor !== encoded.constructor) return begin(fresh);
  const { latent } = model;
  let [before, again, redone] = [begin(encoded), begin(fresh), 0];
  let [old, next] = [encoded, fresh];
  for (const [number, edit] of [...done, ...undone.toReversed()].entries()) {
    before = perform(before, edit);
    const { values, frame } = before;
    if (values.length !== latentSize(framedLatent(latent, frame))) return begin(fresh);
    if (edit.frame) [old, next] = [encodedOn(encoded, latent, frame), encodedOn(fresh, latent, frame)];
    const valueAt = (cell: number): number => (values[cell] === old[cell] ? next : values)[cell]!;
    const changed = edit.frame
      ? resize(
          again,
          next.map((_, cell) => valueAt(cell)),
          frame,
        )
      : editOf(again.values, edit.cells, valueAt);
    if (changed && number >= done.length) redone += 1;
    again = perform(again, changed && edit.layer !== undefined ? { ...changed, layer: edit.layer } : changed);
  }
  for (; redone > 0; redone--) again = undo(again);
  return again;
}

/** Whether a picture is worth keeping: somebody did something to it, or it can't be opened again from its dataset. */
export const isWorthKeeping = (source: PictureSource | null, { done, undone }: History): boolean =>
  source?.kind !== 'item' || done.length > 0 || undone.length > 0;
