import { afterEach, describe, expect, it, vi } from 'vitest';
import { layersOf, type CodesLatent } from '@shared/specs';
import CodebookView from '@/features/codebook/CodebookView.vue';
import { layerHistory } from '@/features/codebook/history';
import { fakeLatentHandlers, hierarchy, vector } from '../../../support/fake-latents';
import { fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import type { FakeHandlers } from '../../../support/fake-workbench';
import { mountScreen, type MountedScreen } from '../../../support/mount-screen';

let screen: MountedScreen;
const find = (name: string) => screen.page.find(`[data-test="${name}"]`);
const asked = (method: string) => screen.fake.asked.filter((one) => one.method === method).map(({ params }) => params);
const open = async (more: FakeHandlers): Promise<void> => {
  screen = await mountScreen(CodebookView, '/codebook', {
    ...fakeRunHandlers([fakeRun('first', 'finished', 1000)]),
    ...more,
  });
};
afterEach(() => screen.page.unmount());

describe('the codebook of a model with several layers', () => {
  const layers = layersOf(hierarchy as CodesLatent);
  const usage = (): { steps: number[]; codes: number; counts: Uint32Array } => {
    const codes = layers.reduce((sum, layer) => sum + layer.codes, 0);
    return { steps: [250, 500], codes, counts: Uint32Array.from({ length: 2 * codes }, (_, i) => i) };
  };

  it('is that of the first layer, until another is chosen', async () => {
    await open({ ...fakeLatentHandlers(hierarchy), 'runs.usage': usage });
    await vi.waitFor(() => expect(find('codebook-perplexity').text()).toContain('of 16'));
    expect(find('layer').text()).toBe('Level 1 of 2 (coarsest)');
    expect(asked('studio.codebook')).toMatchObject([{ layer: 0 }]);
    await vi.waitFor(() => expect(asked('studio.code')).toMatchObject([{ layer: 0 }]));
    screen.page.getComponent({ name: 'LayerSwitch' }).vm.$emit('update:modelValue', 2);
    await vi.waitFor(() => expect(find('codebook-perplexity').text()).toContain('of 32'));
    expect(find('layer').text()).toBe('Level 2 of 2 (finest) · Stage 2 of 2');
    expect(asked('studio.palette').at(-1)).toMatchObject({ layer: 2 });
  });

  it('has the history of its own codes out of that of all', () => {
    const { steps, codes, counts } = usage();
    const own = layerHistory({ steps, codes, counts }, layers[1]!)!;
    expect(own.codes).toBe(32);
    expect([...own.counts.subarray(0, 2)]).toEqual([16, 17]);
    expect([...own.counts.subarray(32, 34)]).toEqual([codes + 16, codes + 17]);
    expect(layerHistory({ steps, codes: 10, counts: counts.subarray(0, 20) }, layers[1]!)).toBeNull();
    expect(layerHistory({ steps: [], codes: 0, counts: new Uint32Array(0) }, layers[0]!)).toBeNull();
  });
});

describe('a model whose latent is a vector', () => {
  it('shows how much each component varies, and says that there is no codebook', async () => {
    await open(fakeLatentHandlers(vector));
    await vi.waitFor(() => expect(find('vector-spread').exists()).toBe(true));
    expect(find('vector-spread').text()).toContain('has no codebook');
    expect(find('layer').exists()).toBe(false);
    const bars = screen.page.findAll('[data-test="component-bar"]');
    expect(bars).toHaveLength(32);
    const widths = bars.map((bar) => Number.parseFloat((bar.find('[style]').element as HTMLElement).style.width));
    expect(widths).toEqual([...widths].sort((a, b) => b - a));
    expect(widths[0]).toBe(100);
    // of 32, the last quarter never varies; 2/(1+x) falls below a deviation of 0.1 at x = 19
    const count = Number.parseInt(find('active-units').text());
    expect(count).toBe(widths.filter((width) => (width / 100) * 2 > 0.1).length);
    expect(count).toBeLessThan(24);
    expect(find('vector-spread').text()).toContain('posterior collapse');
  });
});
