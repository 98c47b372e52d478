/** Edits of a latent as data: what changes, so that an edit can be applied, undone and redone by the same record. */
import type { CodeLayer } from '@shared/specs';
import type { Frame, Numbers } from './numbers';

/** Places that change, with what stood there and what comes. `cells[i]` is a place in the array it is applied to. */
export interface Edit {
  readonly cells: Int32Array;
  readonly before: Numbers;
  readonly after: Numbers;
  /** The layer it was made on, of one that touches a layer alone: what an undo shows. */
  readonly layer?: number;
  /** Only of an edit that changes the canvas: then `before` and `after` are the whole latents, and there are no `cells`. */
  readonly frame?: { readonly before: Frame | null; readonly after: Frame | null };
}

/** The edit that puts `valueAt(cell)` into each of `cells`; null where nothing would change. */
export function editOf(values: Numbers, cells: Iterable<number>, valueAt: (cell: number) => number): Edit | null {
  const changed = [...new Set(cells)].filter((cell) => values[cell] !== valueAt(cell));
  if (changed.length === 0) return null;
  const picked = (value: (cell: number) => number): Numbers =>
    values instanceof Int32Array ? Int32Array.from(changed, value) : Float32Array.from(changed, value);
  return { cells: Int32Array.from(changed), before: picked((cell) => values[cell]!), after: picked(valueAt) };
}

/** The edit that turns one latent into another of the same size: back to the original, or to an opened one. */
export function become(values: Numbers, wanted: Numbers): Edit | null {
  return editOf(values, values.keys(), (cell) => wanted[cell]!);
}

/** The edit that puts a whole latent on another canvas in the place of one. */
export function resize(from: { values: Numbers; frame: Frame | null }, values: Numbers, frame: Frame | null): Edit {
  return { cells: new Int32Array(0), before: from.values, after: values, frame: { before: from.frame, after: frame } };
}

/** An edit of a layer's grid as one of the whole latent. */
export function onLayer(edit: Edit | null, layers: readonly CodeLayer[], layer: number): Edit | null {
  const { first, stride } = layers[layer]!;
  return edit && { ...edit, layer, cells: edit.cells.map((cell) => first + cell * stride) };
}

/** Two edits, the second made after the first, as one. */
export function merge(first: Edit, second: Edit): Edit | null {
  const before = new Map<number, number>();
  const after = new Map<number, number>();
  for (const edit of [first, second]) {
    edit.cells.forEach((cell, i) => {
      if (!before.has(cell)) before.set(cell, edit.before[i]!);
      after.set(cell, edit.after[i]!);
    });
  }
  const cells = [...before.keys()].filter((cell) => before.get(cell) !== after.get(cell));
  if (cells.length === 0) return null;
  const picked = (from: Map<number, number>): Numbers =>
    first.before instanceof Int32Array
      ? Int32Array.from(cells, (cell) => from.get(cell)!)
      : Float32Array.from(cells, (cell) => from.get(cell)!);
  const layer = first.layer === second.layer && first.layer !== undefined ? { layer: first.layer } : {};
  return { cells: Int32Array.from(cells), before: picked(before), after: picked(after), ...layer };
}

/** The numbers after an edit, or, with `side` "before", after its undoing. The given ones stay as they are. */
export function apply<V extends Numbers>(values: V, edit: Edit, side: 'before' | 'after' = 'after'): V {
  if (edit.frame) return edit[side] as V;
  const next = values.slice() as V;
  edit.cells.forEach((cell, i) => (next[cell] = edit[side][i]!));
  return next;
}
