import { apply, merge, type Edit } from './edits';
import type { Frame, Numbers } from './numbers';

/** All that was done to a latent, in order, and what was undone of it. Immutable: each function answers the next state. */
export interface History {
  readonly values: Numbers;
  /** The canvas the values are of; null: the model's own. */
  readonly frame: Frame | null;
  readonly done: readonly Edit[];
  readonly undone: readonly Edit[];
}

/** A fresh start on a latent. */
export const begin = (values: Numbers): History => ({ values, frame: null, done: [], undone: [] });

/** Does an edit. With `joined`, it becomes one with the edit before it: a brush stroke is undone as a whole. */
export function perform(history: History, edit: Edit | null, joined = false): History {
  if (edit === null) return history;
  const values = apply(history.values, edit);
  const last = history.done.at(-1);
  const frame = edit.frame ? edit.frame.after : history.frame;
  if (!joined || !last || last.frame || edit.frame) return { values, frame, done: [...history.done, edit], undone: [] };
  const merged = merge(last, edit);
  return { values, frame, done: [...history.done.slice(0, -1), ...(merged ? [merged] : [])], undone: [] };
}

export function undo(history: History): History {
  const last = history.done.at(-1);
  if (!last) return history;
  return {
    values: apply(history.values, last, 'before'),
    frame: last.frame ? last.frame.before : history.frame,
    done: history.done.slice(0, -1),
    undone: [...history.undone, last],
  };
}

export function redo(history: History): History {
  const next = history.undone.at(-1);
  if (!next) return history;
  return {
    values: apply(history.values, next),
    frame: next.frame ? next.frame.after : history.frame,
    done: [...history.done, next],
    undone: history.undone.slice(0, -1),
  };
}
