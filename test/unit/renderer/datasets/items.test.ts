import { mount } from '@vue/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { defineComponent, h, ref, shallowReactive } from 'vue';
import CodeOverlay from '@/features/datasets/CodeOverlay.vue';
import ItemDetail from '@/features/datasets/ItemDetail.vue';
import ItemGrid from '@/features/datasets/ItemGrid.vue';
import type { ItemPages } from '@/features/datasets/item-pages';
import { createSheets } from '@/media/picture/sprites';
import { i18n } from '@/i18n';
import { fakeDatasetHandlers, fakeDetail, fakeItem } from '../../../support/fake-datasets';
import { fakeDataset, fakeModel, fakePictures, fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import { mountScreen } from '../../../support/mount-screen';

const own = { ...fakeDataset, id: 'own', count: 40 };
const body = (name: string): HTMLElement | null => document.body.querySelector(`[data-test="${name}"]`);

/** Pages whose items are all there. */
const everything = (total: number): ItemPages => {
  const thumbnails = fakePictures(1, 4, 1);
  return {
    state: shallowReactive({ total, changes: 1 }),
    filter: { split: null, label: null, text: '' },
    need: () => undefined,
    close: () => undefined,
    at: (position) => (position < total ? { item: fakeItem(own, position), thumbnails, index: 0 } : null),
  };
};

/** A window of 10 columns and 5 rows. */
function giveRoom(): void {
  class Observer {
    constructor(private readonly tell: ResizeObserverCallback) {}
    observe(): void {
      const contentRect = { width: 780, height: 390 } as DOMRectReadOnly;
      this.tell([{ contentRect } as ResizeObserverEntry], this as unknown as ResizeObserver);
    }
    disconnect(): void {}
    unobserve(): void {}
  }
  vi.stubGlobal('ResizeObserver', Observer);
}
afterEach(() => {
  vi.unstubAllGlobals();
  document.body.innerHTML = '';
});

describe('the grid of items', () => {
  it('is walked by keyboard, and Enter opens the item without pressing what opens', () => {
    const opened: number[] = [];
    const grid = mount(ItemGrid, {
      props: { pages: everything(40), side: 72, label: 'Items', onOpen: (position: number) => opened.push(position) },
      attachTo: document.body,
      global: { plugins: [i18n] },
    });
    const press = (key: string): KeyboardEvent => {
      const event = new KeyboardEvent('keydown', { key, cancelable: true });
      grid.element.dispatchEvent(event);
      return event;
    };
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft']) expect(press(key).defaultPrevented).toBe(true);
    expect(press('Enter').defaultPrevented).toBe(true);
    press('End');
    press('ArrowRight');
    press('Enter');
    press('Home');
    press('ArrowLeft');
    press('Enter');
    expect(opened).toEqual([1, 39, 0]);
    expect(press('Tab').defaultPrevented).toBe(false);
    grid.unmount();
  });

  it('has an option for each item in sight alone, numbered among all', async () => {
    giveRoom();
    const opened: number[] = [];
    const grid = mount(ItemGrid, {
      props: { pages: everything(1_000_000), side: 72, label: 'Items', onOpen: (at: number) => opened.push(at) },
      attachTo: document.body,
      global: { plugins: [i18n] },
    });
    const options = () => grid.findAll('[role="option"]');
    await vi.waitFor(() => expect(options()).toHaveLength(60)); // a part of a sixth row may show
    grid.element.scrollTop = 780;
    await grid.trigger('scroll');
    const [first] = options();
    expect(first!.attributes('aria-setsize')).toBe('1000000');
    expect(first!.attributes('aria-posinset')).toBe('101');
    expect(first!.attributes('aria-label')).toBe('picture-000100.png');
    await first!.trigger('click');
    expect(opened).toEqual([100]);
    grid.unmount();
  });

  it('goes back to the beginning with another filter, and stays where it is when the same is asked anew', async () => {
    giveRoom();
    const grid = mount(ItemGrid, {
      props: { pages: everything(1_000_000), side: 72, label: 'Items' },
      attachTo: document.body,
      global: { plugins: [i18n] },
    });
    await vi.waitFor(() => expect(grid.findAll('[role="option"]')).toHaveLength(60));
    grid.element.scrollTop = 7_800;
    await grid.trigger('scroll');
    await grid.setProps({ pages: everything(1_000_000) });
    expect(grid.find('[role="option"]').attributes('aria-posinset')).toBe('1001');
    await grid.setProps({ pages: { ...everything(500), filter: { split: null, label: 1, text: '' } } });
    expect(grid.find('[role="option"]').attributes('aria-posinset')).toBe('1');
    expect(grid.element.scrollTop).toBe(0);
    grid.unmount();
  });
});

describe('sheets of thumbnails', () => {
  it('are made once, and never more than there is room for: the one not drawn for longest takes in the next', () => {
    const sheets = createSheets(2);
    const pages = Array.from({ length: 3 }, () => fakePictures(20, 4, 1));
    const [a, b] = [sheets.of(pages[0]!).canvas, sheets.of(pages[1]!).canvas];
    expect(sheets.of(pages[0]!).canvas).toBe(a);
    expect(sheets.of(pages[2]!).canvas).toBe(b);
    expect(pages.map(sheets.has)).toEqual([true, false, true]);
    expect([a.width, a.height]).toEqual([16 * 4, 2 * 4]);
    expect(sheets.of(pages[0]!).corner(17)).toEqual({ x: 4, y: 4 });
  });
});

describe('one item', () => {
  it('stands beside what the current model makes of it', async () => {
    const encode = vi.fn(() => ({
      model: fakeModel('first', 500),
      name: '',
      original: fakePictures(1, 28, 1),
      reconstruction: fakePictures(1, 28, 0.2),
      latent: { kind: 'codes' as const, indices: Int32Array.from({ length: 49 }, (_, i) => i) },
    }));
    const position = ref<number | null>(null);
    const one = defineComponent({
      render: () => h(ItemDetail, { pages: everything(40), dataset: fakeDetail(own), position: position.value }),
    });
    const screen = await mountScreen(one, '/datasets/own', {
      ...fakeRunHandlers([fakeRun('first', 'finished', 500), fakeRun('empty', 'starting', 0)]),
      ...fakeDatasetHandlers([own]),
      'studio.encode': encode,
    });
    position.value = 5;
    await vi.waitFor(() => expect(body('item-original')).not.toBeNull());
    // a whole number of screen pixels for each of its own
    expect(body('item-original')!.style.width).toBe('196px');
    await vi.waitFor(() => expect(body('item-codes')?.querySelectorAll('td')).toHaveLength(49));
    expect(encode).toHaveBeenCalledTimes(1);
    expect(screen.fake.asked.find(({ method }) => method === 'studio.encode')?.params).toMatchObject({
      run: 'first',
      picture: { kind: 'item', dataset: 'own', index: 5 },
    });
    screen.page.unmount();
  });

  it('marks the cell that is pointed at', async () => {
    const overlay = mount(CodeOverlay, {
      props: { grid: { height: 2, width: 4 }, marked: null },
    });
    overlay.element.getBoundingClientRect = () => ({ left: 10, top: 10, width: 100, height: 50 }) as DOMRect;
    await overlay.trigger('pointermove', { clientX: 10 + 60, clientY: 10 + 30 });
    await overlay.trigger('pointermove', { clientX: 110, clientY: 60 });
    await overlay.trigger('pointerleave');
    expect(overlay.emitted('update:marked')).toEqual([[6], [7], [null]]);
  });
});
