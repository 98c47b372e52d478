import { shallowReactive } from 'vue';
import type { Item, ItemFilter, Items } from '@shared/contract';
import type { useConnection } from '@/stores/connection';

export const PAGE_ITEMS = 128;
/** More than fill the largest screen with the smallest thumbnails. */
const KEPT_PAGES = 24;
/** Pages fetched at the same time; the others wait, and those that have left sight by then are not fetched at all. */
const FETCHED_AT_ONCE = 3;

export interface ItemPage {
  items: Item[];
  thumbnails: Items;
}

/**
 * The pages of a filtered list of items, fetched as they come into view and forgotten when many others were seen since:
 * a dataset of a million items costs no more than one of a thousand.
 */
export function createItemPages(
  connection: Pick<ReturnType<typeof useConnection>, 'request'>,
  dataset: string,
  filter: ItemFilter,
  onError: (thrown: unknown) => void,
) {
  const pages = new Map<number, ItemPage>();
  const pending = new Set<number>();
  /** `changes` counts the pages that came and went. */
  const state = shallowReactive({ total: null as number | null, changes: 0 });
  let wanted: number[] = [];
  let closed = false;

  async function fetchPage(page: number): Promise<void> {
    pending.add(page);
    try {
      const { total, items } = await connection.request('datasets.items', {
        dataset,
        filter,
        offset: page * PAGE_ITEMS,
        limit: PAGE_ITEMS,
      });
      const thumbnails = await connection.request('datasets.thumbnails', {
        dataset,
        indices: items.map(({ index }) => index),
      });
      if (closed) return;
      pages.set(page, { items, thumbnails });
      for (const oldest of pages.keys()) {
        if (pages.size <= KEPT_PAGES) break;
        pages.delete(oldest);
      }
      state.total = total;
      state.changes += 1;
    } catch (thrown) {
      wanted = wanted.filter((other) => other !== page); // asked for again when it is next in sight
      if (!closed) onError(thrown);
    } finally {
      pending.delete(page);
      fetchWanted();
    }
  }

  function fetchWanted(): void {
    for (const page of wanted) {
      if (closed || pending.size >= FETCHED_AT_ONCE) return;
      if (!pages.has(page) && !pending.has(page)) void fetchPage(page);
    }
  }

  return {
    state,
    filter,
    /** Makes sure that the items from `first` to `last`, all that are in sight, are there or on their way. */
    need(first: number, last: number): void {
      wanted = [];
      for (let page = Math.floor(first / PAGE_ITEMS); page <= Math.floor(last / PAGE_ITEMS); page++) {
        wanted.push(page);
        const there = pages.get(page);
        if (!there) continue;
        pages.delete(page); // to the end of the line: used most recently
        pages.set(page, there);
      }
      fetchWanted();
    },
    /** The item at a position of the filtered list, with its thumbnail, if it is there. */
    at(position: number): { item: Item; thumbnails: Items; index: number } | null {
      void state.changes; // whoever shows it is told when it comes
      const page = pages.get(Math.floor(position / PAGE_ITEMS));
      const index = position % PAGE_ITEMS;
      const item = page?.items[index];
      return page && item ? { item, thumbnails: page.thumbnails, index } : null;
    },
    close(): void {
      closed = true;
    },
  };
}
export type ItemPages = ReturnType<typeof createItemPages>;
