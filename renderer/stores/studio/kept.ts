import type { PictureSource, StudioDocument } from '@shared/contract';
import { latentSize } from '@shared/specs';
import { become, resize, type Edit } from './edits';
import { encodedOn, framedLatent } from './frame';
import { begin, perform, type History } from './history';
import type { Table } from './laid-table';

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

/** What was changed of one picture, to be changed in another encoding of it. */
export interface Changed {
  encoded: Table['encoded'];
  values: History['values'];
  frame: History['frame'];
}

/**
 * The edit that makes the same changes to the picture as another checkpoint encodes it: places that were changed get the
 * numbers that they were given, all others the new ones. Null where the latent has another shape.
 */
export function changedAgain({ encoded: before, values, frame }: Changed, { encoded, model }: Table): Edit | null {
  const { latent } = model;
  const isAlike = encoded.length === before.length && encoded.constructor === before.constructor;
  if (!isAlike || values.length !== latentSize(framedLatent(latent, frame))) return null;
  const old = encodedOn(before, latent, frame);
  const next = encodedOn(encoded, latent, frame)
    .slice()
    .map((value, place) => (values[place] === old[place] ? value : values[place]!));
  return frame ? resize({ values: encoded, frame: null }, next, frame) : become(encoded, next);
}

/** Whether a picture is worth keeping: somebody did something to it, or it can't be opened again from its dataset. */
export const isWorthKeeping = (source: PictureSource | null, { done, undone }: History): boolean =>
  source?.kind !== 'item' || done.length > 0 || undone.length > 0;
