import { shallowReactive } from 'vue';
import type { Item, ItemFilter, Pictures } from '@shared/contract';
import type { useConnection } from '@/stores/connection';

export const PAGE_ITEMS = 128;
const KEPT_PAGES = 48;

export interface ItemPage {
  items: Item[];
  thumbnails: Pictures;
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
  const pages = shallowReactive(new Map<number, ItemPage>());
  const pending = new Set<number>();
  const state = shallowReactive({ total: null as number | null });
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
      state.total = total;
      pages.set(page, { items, thumbnails });
      for (const oldest of pages.keys()) {
        if (pages.size <= KEPT_PAGES) break;
        pages.delete(oldest);
      }
    } catch (thrown) {
      if (!closed) onError(thrown);
    } finally {
      pending.delete(page);
    }
  }

  return {
    state,
    /** Makes sure that the items from `first` to `last` are there or on their way. */
    need(first: number, last: number): void {
      for (let page = Math.floor(first / PAGE_ITEMS); page <= Math.floor(last / PAGE_ITEMS); page++) {
        const there = pages.get(page);
        if (there) {
          pages.delete(page); // to the end of the line: used most recently
          pages.set(page, there);
        } else if (!pending.has(page)) void fetchPage(page);
      }
    },
    /** The item at a position of the filtered list, with its thumbnail, if it is there. */
    at(position: number): { item: Item; thumbnails: Pictures; index: number } | null {
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
