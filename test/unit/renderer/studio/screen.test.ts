import { afterEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '@shared/errors';
import { fromPreset, presets, type LatentShape } from '@shared/specs';
import StudioView from '@/features/studio/StudioView.vue';
import { useDocuments } from '@/stores/documents';
import { useStudioSession } from '@/stores/studio';
import { fakeDocuments } from '../../../support/fake-documents';
import { fakeLatentHandlers, hierarchy, vector } from '../../../support/fake-latents';
import { fakeLatent, fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import type { FakeHandlers } from '../../../support/fake-workbench';
import { mountScreen, type MountedScreen } from '../../../support/mount-screen';

let screen: MountedScreen;
const find = (name: string) => screen.page.find(`[data-test="${name}"]`);
const all = (name: string) => screen.page.findAll(`[data-test="${name}"]`);
const open = async (latent: LatentShape, more: FakeHandlers = {}, address = '/studio'): Promise<void> => {
  screen = await mountScreen(StudioView, address, {
    ...fakeRunHandlers([fakeRun('first', 'finished', 1000)]),
    ...fakeLatentHandlers(latent),
    ...more,
  });
};
afterEach(() => {
  screen.page.unmount();
});

describe('the Studio with one layer of codes', () => {
  it('opens a held-out item that shows the model well, has nothing to switch, and tells the size of the codes', async () => {
    await open(fakeLatent);
    await vi.waitFor(() => expect(find('code-canvas').exists()).toBe(true));
    expect(screen.fake.asked.find(({ method }) => method === 'studio.encode')?.params).toMatchObject({
      picture: { kind: 'item', dataset: 'shoes', index: 7 },
    });
    expect(find('layer').exists()).toBe(false);
    expect(find('studio').text()).toContain('7 × 7 codes out of 64');
    expect(find('dials').exists()).toBe(false);
  });
});

describe('the Studio with several layers of codes', () => {
  it('switches between them, by hand and by key', async () => {
    await open(hierarchy);
    await vi.waitFor(() => expect(find('layer').exists()).toBe(true));
    expect(find('layer').text()).toBe('Level 1 of 2 (coarsest)');
    expect(find('studio').text()).toContain('4 × 4 + 7 × 7 × 2 codes out of 16, 32');
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

describe('new pictures in the Studio', () => {
  const openWith = async (kind: 'vae' | 'ae', more: FakeHandlers = {}): Promise<void> => {
    const run = fakeRun('first', 'finished', 1000);
    run.spec = fromPreset(
      presets.find(({ model }) => model === kind)!,
      run.spec.dataset,
    );
    screen = await mountScreen(StudioView, '/studio', {
      ...fakeRunHandlers([run]),
      ...fakeLatentHandlers(vector),
      ...more,
    });
    await vi.waitFor(() => expect(find('draws').exists()).toBe(true));
  };
  const asked = (method: string) =>
    screen.fake.asked.filter((one) => one.method === method).map(({ params }) => params);

  it('are drawn from the mixture, and one that is clicked lies on the table, to be undone', async () => {
    await openWith('vae');
    expect(find('draws-empty').text()).toBe('Nothing drawn yet.');
    await find('draw-mixture').trigger('click');
    await vi.waitFor(() => expect(all('take-drawn')).toHaveLength(8));
    expect(find('draws-empty').exists()).toBe(false);
    expect(asked('studio.draw')).toEqual([
      { run: 'first', checkpoint: 1000, from: 'mixture', components: 10, seed: 1, count: 8 },
    ]);
    await all('take-drawn')[2]!.trigger('click');
    expect(find('studio-status').text()).toContain('32 numbers changed');
    await find('undo').trigger('click');
    expect(find('studio-status').text()).toContain('no number changed');
  });

  it('are drawn from the prior of a model that has one, and of no other', async () => {
    await openWith('vae');
    await find('draw-prior').trigger('click');
    await vi.waitFor(() => expect(find('drawn').attributes('aria-label')).toBe('Drawn from N(0, I)'));
    expect(asked('studio.draw')).toMatchObject([{ from: 'prior' }]);
    screen.page.unmount();
    await openWith('ae');
    expect(find('draw-prior').exists()).toBe(false);
    expect(find('draw-mixture').exists()).toBe(true);
  });

  it('come with how typical the numbers on the table are, once the mixture is fitted, edit by edit', async () => {
    await openWith('ae');
    await vi.waitFor(() => expect(find('fit-density').exists()).toBe(true));
    await find('fit-density').trigger('click');
    await vi.waitFor(() => expect(find('density').text()).toContain('of the held-out pictures'));
    const before = find('density').text();
    const slider = all('dial')[0]!.find('[role="slider"]');
    await slider.trigger('keydown', { key: 'End' });
    await vi.waitFor(() => expect(find('density').text()).not.toBe(before));
    await slider.trigger('keydown', { key: 'Home' });
    await find('reset').trigger('click');
    await vi.waitFor(() => expect(find('density').text()).toBe(before));
    const session = useStudioSession();
    session.drawComponents = 3;
    await vi.waitFor(() => expect(find('fit-density').exists()).toBe(true));
    expect(asked('studio.fitDensity')).toEqual([{ run: 'first', checkpoint: 1000, components: 10 }]);
  });

  it('show how far the fit is, can be given up, and say why they did not come', async () => {
    let fail = (_: Error): void => undefined;
    let signal: AbortSignal | undefined;
    await openWith('ae', {
      'studio.draw': (_params, context) => {
        context.progress({ phase: 'fitting', done: 7, total: 100, skipped: 0, secondsLeft: 4 });
        ({ signal } = context);
        return new Promise((_resolve, reject) => (fail = reject));
      },
    });
    await find('draw-mixture').trigger('click');
    await vi.waitFor(() => expect(find('draws').text()).toContain('7 of 100'));
    expect(find('draw-mixture').attributes('disabled')).toBeDefined();
    await find('draws').find('[data-test="cancel"]').trigger('click');
    await vi.waitFor(() => expect(signal?.aborted).toBe(true));
    fail(new AppError('CANCELLED', 'Cancelled.'));
    await vi.waitFor(() => expect(find('draw-mixture').attributes('disabled')).toBeUndefined());
    expect(find('draws').find('[data-test="error"]').exists()).toBe(false);
    await find('draw-mixture').trigger('click');
    await vi.waitFor(() => expect(find('draw-mixture').attributes('disabled')).toBeDefined());
    fail(new AppError('NOT_FOUND', 'The dataset is gone.'));
    await vi.waitFor(() => expect(find('draws').find('[data-test="error"]').text()).toContain('The dataset is gone.'));
  });

  it('do not ask for what no number may be', async () => {
    await openWith('ae');
    const session = useStudioSession();
    session.drawComponents = 65;
    await vi.waitFor(() => expect(find('draw-mixture').attributes('disabled')).toBeDefined());
    session.drawComponents = 64;
    session.drawSeed = -1;
    await vi.waitFor(() => expect(find('draw-mixture').attributes('disabled')).toBeDefined());
    session.drawSeed = 0;
    await vi.waitFor(() => expect(find('draw-mixture').attributes('disabled')).toBeUndefined());
  });
});

describe('a reload of the Studio', () => {
  const all = { row: 0, column: 0, toRow: 3, toColumn: 3 };
  const at = () => screen.router.currentRoute.value.fullPath;

  it('finds at its address the picture with its edits and their undo', async () => {
    const kept = fakeDocuments();
    await open(hierarchy, kept.handlers);
    await vi.waitFor(() => expect(find('code-canvas').exists()).toBe(true));
    await vi.waitFor(() => expect(at()).toMatch(/^\/studio\?model=first&dataset=shoes&item=\d+$/));
    useStudioSession().fillRegion(all);
    await vi.waitFor(() => expect(at()).toMatch(/^\/studio\/[0-9a-f]{16}$/));
    const address = at();
    const { changes } = useStudioSession();
    await useDocuments().flush();
    screen.page.unmount();

    await open(hierarchy, kept.handlers, address);
    await vi.waitFor(() => expect(useStudioSession().changes).toBe(changes));
    await vi.waitFor(() => expect(find('undo').attributes('disabled')).toBeUndefined());
    expect(at()).toBe(address);
    expect(find('studio-aside').exists()).toBe(false);
  });

  it('is a step back to the picture before, and a step forward again', async () => {
    const kept = fakeDocuments();
    await open(hierarchy, kept.handlers);
    await vi.waitFor(() => expect(find('code-canvas').exists()).toBe(true));
    const session = useStudioSession();
    session.fillRegion(all);
    await vi.waitFor(() => expect(at()).toMatch(/^\/studio\/\w+$/));
    const [work, { changes }] = [at(), session];
    await session.openPicture('first', { kind: 'item', dataset: 'shoes', index: 4 });
    await vi.waitFor(() => expect(at()).toBe('/studio?model=first&dataset=shoes&item=4'));
    expect(find('studio-aside').text()).toContain('set aside');
    screen.router.back();
    await vi.waitFor(() => expect(session.changes).toBe(changes));
    expect(at()).toBe(work);
    screen.router.forward();
    await vi.waitFor(() => expect(session.table?.source).toMatchObject({ index: 4 }));
    expect(at()).toBe('/studio?model=first&dataset=shoes&item=4');
  });

  it('offers edits back that another picture took the place of', async () => {
    await open(hierarchy, fakeDocuments().handlers);
    await vi.waitFor(() => expect(find('code-canvas').exists()).toBe(true));
    const session = useStudioSession();
    session.fillRegion(all);
    const { changes } = session;
    await session.openPicture('first', { kind: 'item', dataset: 'shoes', index: 4 });
    await vi.waitFor(() => expect(find('bring-back').exists()).toBe(true));
    await find('bring-back').trigger('click');
    await vi.waitFor(() => expect(session.changes).toBe(changes));
    await vi.waitFor(() => expect(find('studio-aside').exists()).toBe(false));
  });

  it('says that work is no longer kept, and does not try again by itself', async () => {
    await open(hierarchy, fakeDocuments().handlers, '/studio/gone');
    await vi.waitFor(() => expect(find('error').text()).toContain('no longer kept'));
    expect(screen.fake.asked.filter(({ method }) => method === 'studio.encode')).toEqual([]);
  });
});
