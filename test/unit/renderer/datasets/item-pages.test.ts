import { describe, expect, it, vi } from 'vitest';
import { createItemPages, PAGE_ITEMS } from '@/features/datasets/item-pages';
import { fakeItem } from '../../../support/fake-datasets';
import { fakeDataset, fakePictures } from '../../../support/fake-runs';

const filter = { split: null, label: null, text: '' };
const million = { ...fakeDataset, count: 1_000_000 };
/** The requests that pages make, answered for a dataset of a million items. */
function connectionTo(total = million.count) {
  const request = vi.fn(async (method: string, params: { offset: number; limit: number; indices: number[] }) =>
    method === 'datasets.items'
      ? {
          total,
          items: Array.from({ length: Math.min(params.limit, total - params.offset) }, (_, i) =>
            fakeItem(million, params.offset + i),
          ),
        }
      : fakePictures(params.indices.length, 4, 1),
  );
  const offsets = () =>
    request.mock.calls.filter(([method]) => method === 'datasets.items').map(([, { offset }]) => offset);
  return { connection: { request } as unknown as Parameters<typeof createItemPages>[0], offsets };
}

describe('the pages of a dataset’s items', () => {
  it('fetch what is in sight, once, and know the total from then on', async () => {
    const { connection, offsets } = connectionTo();
    const pages = createItemPages(connection, 'shoes', filter, () => undefined);
    expect(pages.at(0)).toBeNull();
    pages.need(100, 300);
    pages.need(100, 300);
    await vi.waitFor(() => expect(pages.at(300)?.item.index).toBe(300));
    expect(offsets()).toEqual([0, PAGE_ITEMS, 2 * PAGE_ITEMS]);
    expect(pages.state.total).toBe(1_000_000);
    expect(pages.at(300)?.index).toBe(300 - 2 * PAGE_ITEMS);
  });

  it('forget those not seen for longest, so that a million items fit in little memory', async () => {
    const { connection, offsets } = connectionTo();
    const pages = createItemPages(connection, 'shoes', filter, () => undefined);
    pages.need(0, 0);
    await vi.waitFor(() => expect(pages.at(0)).not.toBeNull());
    for (let page = 1; page <= 60; page++) {
      pages.need(page * PAGE_ITEMS, page * PAGE_ITEMS);
      await vi.waitFor(() => expect(pages.at(page * PAGE_ITEMS)).not.toBeNull());
      pages.need(0, 0); // the first page stays in sight
    }
    expect(pages.at(0)).not.toBeNull();
    expect(pages.at(PAGE_ITEMS)).toBeNull();
    expect(offsets().filter((offset) => offset === 0)).toHaveLength(1);
  });

  it('reach the very last item', async () => {
    const { connection } = connectionTo();
    const pages = createItemPages(connection, 'shoes', filter, () => undefined);
    pages.need(999_990, 999_999);
    await vi.waitFor(() => expect(pages.at(999_999)?.item.name).toBe('picture-999999.png'));
    expect(pages.at(1_000_000)).toBeNull();
  });

  it('tell a failure, and ask again the next time the page is in sight', async () => {
    const { connection } = connectionTo();
    const request = vi.spyOn(connection, 'request').mockRejectedValueOnce(new Error('lost'));
    const failed = vi.fn();
    const pages = createItemPages(connection, 'shoes', filter, failed);
    pages.need(0, 0);
    await vi.waitFor(() => expect(failed).toHaveBeenCalledTimes(1));
    pages.need(0, 0);
    await vi.waitFor(() => expect(pages.at(0)).not.toBeNull());
    expect(request).toHaveBeenCalled();
  });

  it('fetch a few at a time, and none that has left sight before its turn came', async () => {
    const { connection, offsets } = connectionTo();
    const pages = createItemPages(connection, 'shoes', filter, () => undefined);
    for (let place = 0; place < 100; place++) pages.need(place * 9_000, place * 9_000 + 500);
    expect(offsets()).toHaveLength(3);
    await vi.waitFor(() => expect(pages.at(99 * 9_000 + 500)?.item.index).toBe(99 * 9_000 + 500));
    expect(offsets().length).toBeLessThan(15);
  });

  it('take nothing in once they are closed: another filter is shown by then', async () => {
    const { connection } = connectionTo();
    const pages = createItemPages(connection, 'shoes', filter, () => undefined);
    pages.need(0, 0);
    pages.close();
    await new Promise((resolve) => setTimeout(resolve));
    expect(pages.state.total).toBeNull();
    expect(pages.at(0)).toBeNull();
  });
});
