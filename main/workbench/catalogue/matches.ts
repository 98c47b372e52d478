import type { ItemFilter } from '@shared/contract';

/** Searches whose answers are kept: a person scrolls in one and tries a few. */
const KEPT = 8;

/** Answers to text searches, each found once and kept while it is scrolled. */
export function createMatches(find: (key: number, filter: ItemFilter) => Promise<Int32Array>) {
  const kept = new Map<string, Promise<Int32Array>>();
  return {
    /** Positions, ascending, of the items that pass. */
    find: (key: number, filter: ItemFilter): Promise<Int32Array> => {
      const search = JSON.stringify([key, filter.text, filter.split, filter.label]);
      const known = kept.get(search);
      kept.delete(search);
      const found = known ?? find(key, filter);
      kept.set(search, found);
      if (!known) found.catch(() => kept.delete(search));
      if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
      return found;
    },
  };
}
