import type { ItemFilter } from '@shared/contract';

/** Number of searches whose results are kept: a person scrolls through one and tries a few. */
const KEPT = 8;

/** Results of text searches, each computed once and kept while a person scrolls through it. */
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
