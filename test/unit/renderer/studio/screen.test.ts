import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '@shared/errors';
import type { LatentShape } from '@shared/specs';
import StudioView from '@/features/studio/StudioView.vue';
import { useStudioSession } from '@/stores/studio';
import { fakeLatentHandlers, hierarchy, vector } from '../../../support/fake-latents';
import { fakeLatent, fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import type { FakeHandlers } from '../../../support/fake-workbench';
import { mountScreen, type MountedScreen } from '../../../support/mount-screen';

let screen: MountedScreen;
const find = (name: string) => screen.page.find(`[data-test="${name}"]`);
const all = (name: string) => screen.page.findAll(`[data-test="${name}"]`);
const open = async (latent: LatentShape, more: FakeHandlers = {}): Promise<void> => {
  screen = await mountScreen(StudioView, '/studio', {
    ...fakeRunHandlers([fakeRun('first', 'finished', 1000)]),
    ...fakeLatentHandlers(latent),
    ...more,
  });
};
beforeEach(() => sessionStorage.clear());
afterEach(() => {
  useStudioSession().$dispose();
  screen.page.unmount();
});

describe('the Studio with one layer of codes', () => {
  it('has nothing to switch, and tells the size of the codes', async () => {
    await open(fakeLatent);
    await vi.waitFor(() => expect(find('code-canvas').exists()).toBe(true));
    expect(find('layer').exists()).toBe(false);
    expect(find('studio').text()).toContain('7 × 7 codes of 64');
    expect(find('dials').exists()).toBe(false);
  });
});

describe('the Studio with several layers of codes', () => {
  it('switches between them, by hand and by key', async () => {
    await open(hierarchy);
    await vi.waitFor(() => expect(find('layer').exists()).toBe(true));
    expect(find('layer').text()).toBe('Level 1 of 2 (coarsest)');
    expect(find('studio').text()).toContain('4 × 4 + 7 × 7 × 2 codes of 16, 32');
    screen.page.getComponent({ name: 'LayerSwitch' }).vm.$emit('update:modelValue', 1);
    await vi.waitFor(() => expect(find('layer').text()).toBe('Level 2 of 2 (finest) · Stage 1 of 2'));
    await vi.waitFor(() => expect(useStudioSession().palette?.layer).toBe(1));
  });

  it('shows that a layer’s palette is on its way, and why it did not come', async () => {
    let answer: (() => void) | null = null;
    const handlers = fakeLatentHandlers(hierarchy);
    await open(hierarchy, {
      'studio.palette': async (params, context) => {
        if (params.layer === 1) {
          await new Promise<void>((resolve) => (answer = resolve));
          throw new AppError('ENGINE_LOST', 'It is gone.');
        }
        return handlers['studio.palette']!(params, context);
      },
    });
    await vi.waitFor(() => expect(find('palette').exists()).toBe(true));
    void useStudioSession().chooseLayer(1);
    await vi.waitFor(() => expect(find('palette-loading').exists()).toBe(true));
    await vi.waitFor(() => expect(answer).not.toBeNull());
    answer!();
    await vi.waitFor(() => expect(find('error').text()).toContain('It is gone.'));
    expect(find('code-canvas').exists()).toBe(true);
  });
});

describe('the Studio with a vector', () => {
  it('has sliders for the components that vary most, and the rest behind more', async () => {
    await open(vector);
    await vi.waitFor(() => expect(all('dial')).toHaveLength(24));
    expect(find('code-canvas').exists()).toBe(false);
    expect(find('palette').exists()).toBe(false);
    expect(all('dial')[0]!.find('[role="slider"]').attributes('aria-label')).toBe('Number 1');
    await find('more-dials').trigger('click');
    expect(all('dial')).toHaveLength(32);
    expect(find('more-dials').exists()).toBe(false);
  });

  it('turns a slider by key, puts it back by Delete, and counts what was changed', async () => {
    await open(vector);
    await vi.waitFor(() => expect(all('dial')).toHaveLength(24));
    const slider = all('dial')[2]!.find('[role="slider"]');
    const before = slider.attributes('aria-valuenow');
    await slider.trigger('keydown', { key: 'ArrowRight' });
    await vi.waitFor(() => expect(slider.attributes('aria-valuenow')).not.toBe(before));
    expect(find('studio-status').text()).toContain('1 number changed');
    await vi.waitFor(() => expect(find('studio-status').text()).toContain('drawn in'));
    await slider.trigger('keydown', { key: 'Delete' });
    await vi.waitFor(() => expect(find('studio-status').text()).toContain('no number changed'));
    await find('undo').trigger('click');
    expect(find('studio-status').text()).toContain('1 number changed');
    await find('reset').trigger('click');
    expect(find('studio-status').text()).toContain('no number changed');
  });

  it('draws at random and takes it back', async () => {
    await open(vector);
    await vi.waitFor(() => expect(find('vector-draw').attributes('disabled')).toBeUndefined());
    await find('vector-draw').trigger('click');
    expect(find('studio-status').text()).toMatch(/\d\d numbers changed/);
    await find('undo').trigger('click');
    expect(find('studio-status').text()).toContain('no number changed');
  });

  it('mixes with a second picture', async () => {
    await open(vector);
    await vi.waitFor(() => expect(all('dial').length).toBeGreaterThan(0));
    await useStudioSession().mixWith({ kind: 'item', dataset: 'shoes', index: 9 });
    await vi.waitFor(() => expect(find('mixing').text()).toContain('0%'));
    await find('mixing').find('[role="slider"]').trigger('keydown', { key: 'End' });
    await vi.waitFor(() => expect(find('mixing').text()).toContain('100%'));
    expect(find('studio-status').text()).toContain('32 numbers changed');
  });

  it('shows how far it is while the spread is worked out, and an error with a way on', async () => {
    let fail = (_: Error): void => undefined;
    await open(vector, {
      'studio.vectors': (_params, { progress }) => {
        progress({ phase: 'encoding', done: 200, total: 1000, skipped: 0, secondsLeft: 4 });
        return new Promise((_resolve, reject) => (fail = reject));
      },
    });
    await vi.waitFor(() => expect(find('dials').text()).toContain('200 of 1,000'));
    fail(new AppError('ENGINE_LOST', 'It is gone.'));
    await vi.waitFor(() => expect(find('dials').text()).toContain('It is gone.'));
    expect(find('dials').find('[data-test="retry"]').exists()).toBe(true);
    expect(find('vector-picture').exists()).toBe(true);
  });
});

describe('a reload of the Studio', () => {
  it('brings back the picture with its edits', async () => {
    await open(hierarchy);
    await vi.waitFor(() => expect(find('code-canvas').exists()).toBe(true));
    useStudioSession().fillRegion({ row: 0, column: 0, toRow: 3, toColumn: 3 });
    await vi.waitFor(() => expect(sessionStorage.length).toBe(1));
    const words = find('studio-status').text().split('cells')[0];
    useStudioSession().$dispose();
    screen.page.unmount();
    await open(hierarchy);
    await vi.waitFor(() => expect(find('studio-status').text()).toContain(words));
    await vi.waitFor(() => expect(find('undo').attributes('disabled')).toBeUndefined());
  });
});
