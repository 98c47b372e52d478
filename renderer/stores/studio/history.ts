import { apply, merge, type Edit, type Numbers } from './edits';

/** All that was done to a latent, in order, and what was undone of it. Immutable: each function answers the next state. */
export interface History {
  readonly values: Numbers;
  readonly done: readonly Edit[];
  readonly undone: readonly Edit[];
}

/** A fresh start on a latent. */
export const begin = (values: Numbers): History => ({ values, done: [], undone: [] });

/** Does an edit. With `joined`, it becomes one with the edit before it: a brush stroke is undone as a whole. */
export function perform(history: History, edit: Edit | null, joined = false): History {
  if (edit === null) return history;
  const values = apply(history.values, edit);
  const last = history.done.at(-1);
  if (!joined || !last) return { values, done: [...history.done, edit], undone: [] };
  const merged = merge(last, edit);
  return { values, done: [...history.done.slice(0, -1), ...(merged ? [merged] : [])], undone: [] };
}

export function undo(history: History): History {
  const last = history.done.at(-1);
  if (!last) return history;
  return {
    values: apply(history.values, last, 'before'),
    done: history.done.slice(0, -1),
    undone: [...history.undone, last],
  };
}

export function redo(history: History): History {
  const next = history.undone.at(-1);
  if (!next) return history;
  return {
    values: apply(history.values, next),
    done: [...history.done, next],
    undone: history.undone.slice(0, -1),
  };
}
