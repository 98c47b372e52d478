import { mount } from '@vue/test-utils';
import { describe, expect, it, vi } from 'vitest';
import { defineComponent, h, ref, shallowReactive } from 'vue';
import CodeOverlay from '@/features/datasets/CodeOverlay.vue';
import ItemDetail from '@/features/datasets/ItemDetail.vue';
import ItemGrid from '@/features/datasets/ItemGrid.vue';
import type { ItemPages } from '@/features/datasets/item-pages';
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
    state: shallowReactive({ total }),
    need: () => undefined,
    close: () => undefined,
    at: (position) => (position < total ? { item: fakeItem(own, position), thumbnails, index: 0 } : null),
  };
};

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
});

describe('one item', () => {
  it('stands beside its reconstruction and codes once a run is chosen', async () => {
    const encode = vi.fn(() => ({
      model: fakeModel('first', 500),
      name: '',
      original: fakePictures(1, 28, 1),
      reconstruction: fakePictures(1, 28, 0.2),
      grid: { height: 7, width: 7, indices: Int32Array.from({ length: 49 }, (_, i) => i) },
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
    body('item-run')!.dispatchEvent(
      new PointerEvent('pointerdown', { button: 0, bubbles: true, pointerType: 'mouse' }),
    );
    await vi.waitFor(() => expect(document.querySelectorAll('[role="option"]')).toHaveLength(2));
    const option = document.querySelectorAll('[role="option"]')[1]!;
    option.dispatchEvent(new PointerEvent('pointermove', { bubbles: true }));
    option.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }));
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
      props: { grid: { height: 2, width: 4, indices: new Int32Array(8) }, marked: null },
    });
    overlay.element.getBoundingClientRect = () => ({ left: 10, top: 10, width: 100, height: 50 }) as DOMRect;
    await overlay.trigger('pointermove', { clientX: 10 + 60, clientY: 10 + 30 });
    await overlay.trigger('pointermove', { clientX: 110, clientY: 60 });
    await overlay.trigger('pointerleave');
    expect(overlay.emitted('update:marked')).toEqual([[6], [7], [null]]);
  });
});
