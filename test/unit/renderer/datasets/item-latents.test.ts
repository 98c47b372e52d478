import { describe, expect, it, vi } from 'vitest';
import { defineComponent, h, ref } from 'vue';
import type { LatentShape } from '@shared/specs';
import ItemDetail from '@/features/datasets/ItemDetail.vue';
import type { ItemPages } from '@/features/datasets/item-pages';
import { useRuns } from '@/stores/runs';
import { useCurrentModel } from '@/stores/current-model';
import { fakeDatasetHandlers, fakeDetail, fakeItem } from '../../../support/fake-datasets';
import { fakeLatentHandlers, hierarchy, vector } from '../../../support/fake-latents';
import { fakeDataset, fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import { mountScreen, type MountedScreen } from '../../../support/mount-screen';

const own = { ...fakeDataset, id: 'own', count: 40 };
const body = (name: string): HTMLElement | null => document.body.querySelector(`[data-test="${name}"]`);
const pages = {
  state: { total: 40 },
  filter: { text: '' },
  at: (index: number) => ({ item: fakeItem(own, index) }),
  need: () => undefined,
};

/** One item, with what a run of this latent makes of it. */
async function openItem(latent: LatentShape): Promise<MountedScreen> {
  const position = ref<number | null>(null);
  const one = defineComponent({
    render: () =>
      h(ItemDetail, { pages: pages as unknown as ItemPages, dataset: fakeDetail(own), position: position.value }),
  });
  const screen = await mountScreen(one, '/datasets/own', {
    ...fakeRunHandlers([fakeRun('first', 'finished', 500)]),
    ...fakeDatasetHandlers([own]),
    ...fakeLatentHandlers(latent),
  });
  useCurrentModel().choose('first');
  // its runs come a moment after it
  await vi.waitFor(() => expect(useRuns().list).toHaveLength(1));
  position.value = 5;
  return screen;
}

describe('one item of a model with', () => {
  it('a vector has its numbers, and no grid', async () => {
    const screen = await openItem(vector);
    await vi.waitFor(() => expect(body('item-vector')?.querySelectorAll('li')).toHaveLength(32), 10_000);
    expect(body('code-overlay')).toBeNull();
    screen.page.unmount();
  });

  it('several layers has one of them at a time', async () => {
    const screen = await openItem(hierarchy);
    await vi.waitFor(() => expect(body('item-codes')?.querySelectorAll('td')).toHaveLength(16), 10_000);
    screen.page.getComponent({ name: 'LayerSwitch' }).vm.$emit('update:modelValue', 1);
    await vi.waitFor(() => expect(body('item-codes')?.querySelectorAll('td')).toHaveLength(49));
    screen.page.unmount();
  });
});
