import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useRuns } from '@/stores/runs';
import type { RunSummary } from '@shared/contract';
import { presetsOf } from '@/features/train/kinds';
import TrainView from '@/features/train/TrainView.vue';
import { useDocuments } from '@/stores/documents';
import { fakeDocuments } from '../../../support/fake-documents';
import { fakeDataset, fakeMetrics, fakePictures, fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import { mountScreen, type MountedScreen } from '../../../support/mount-screen';

let screen: MountedScreen;
const find = (name: string) => screen.page.find(`[data-test="${name}"]`);
const text = (name: string): string => find(name).text();
const open = async (runs: RunSummary[], path = '/train', more = {}): Promise<void> => {
  screen = await mountScreen(TrainView, path, { ...fakeRunHandlers(runs), ...more });
};

beforeEach(() => localStorage.clear());
afterEach(() => screen.page.unmount());

describe('beginning a run', () => {
  it('suggests a preset for the pictures, tells what it costs, and starts it', async () => {
    await open([]);
    await vi.waitFor(() => expect(text('plan-compression')).toBe('21.33 ×'), { timeout: 10_000 });
    expect(text('preset-tiny')).toContain('suggested');
    expect(text('plan-grid')).toBe('7 × 7 codes out of 64');
    await vi.waitFor(() => expect(text('plan-step')).toContain('27 ms per step, measured'), { timeout: 10_000 });
    expect(text('plan-time')).toContain('about 30 sec');
    await screen.page.find('input[data-test="run-name"]').setValue('my first');
    await find('start-form').trigger('submit');
    await vi.waitFor(() =>
      expect(screen.fake.asked.find(({ method }) => method === 'runs.start')?.params).toMatchObject({
        name: 'my first',
        spec: { dataset: 'shoes', preset: 'tiny' },
      }),
    );
  });

  it('comes back as it was left after a reload, until it is begun again or started', async () => {
    const kept = fakeDocuments();
    await open([], '/train', kept.handlers);
    await vi.waitFor(() => expect(find('plan-grid').exists()).toBe(true), { timeout: 8000 });
    await screen.page.find('input[data-test="run-name"]').setValue('my own');
    await find('group-quantizer').trigger('click');
    const codes = () => find('field-model.quantizer.codes').find('input');
    await codes().setValue('128');
    await codes().trigger('change');
    await vi.waitFor(() => expect(text('plan-grid')).toBe('7 × 7 codes out of 128'));
    await useDocuments().flush();
    expect(kept.ids('draft')).toEqual(['on-shoes']);
    screen.page.unmount();

    await open([], '/train', kept.handlers);
    await vi.waitFor(() => expect(find('draft-back').exists()).toBe(true), { timeout: 8000 });
    await vi.waitFor(() => expect(text('plan-grid')).toBe('7 × 7 codes out of 128'));
    expect(screen.page.find<HTMLInputElement>('input[data-test="run-name"]').element.value).toBe('my own');
    await find('draft-again').trigger('click');
    await vi.waitFor(() => expect(text('plan-grid')).toBe('7 × 7 codes out of 64'));
    await vi.waitFor(() => expect(kept.ids('draft')).toEqual([]));
    expect(find('draft-back').exists()).toBe(false);
  });

  it('counts what was changed, and asks for the cost of the change', async () => {
    await open([]);
    await vi.waitFor(() => expect(find('plan-grid').exists()).toBe(true), { timeout: 10_000 });
    await find('group-quantizer').trigger('click');
    const field = find('field-model.quantizer.codes').find('input');
    await field.setValue('128');
    await field.trigger('change');
    await vi.waitFor(() => expect(text('plan-grid')).toBe('7 × 7 codes out of 128'));
    expect(text('group-quantizer')).toContain('1 changed');
  });

  it('turns a number into a schedule and back, and draws its curve over the steps', async () => {
    await open([]);
    await vi.waitFor(() => expect(find('plan-grid').exists()).toBe(true), { timeout: 10_000 });
    await find('group-optimization').trigger('click');
    expect(find('curve-training.learningRate').exists()).toBe(false);
    await find('schedule-training.learningRate').trigger('click');
    await vi.waitFor(() => expect(text('curve-training.learningRate')).toContain('0.001'));
    expect(text('curve-training.learningRate')).toContain('step 1,000');
    expect(find('field-from').exists()).toBe(true);
    const to = find('field-to').find('input');
    await to.setValue('0.0005');
    await to.trigger('change');
    await vi.waitFor(() => expect(text('curve-training.learningRate')).toContain('0.0005'));
    await find('start-form').trigger('submit');
    await vi.waitFor(() =>
      expect(screen.fake.asked.find(({ method }) => method === 'runs.start')?.params).toMatchObject({
        spec: { training: { learningRate: { kind: 'cosine', from: 1e-3, to: 5e-4, over: null, warmup: 0 } } },
      }),
    );
  });

  it('shows what the workbench refuses at its field, and does not start', async () => {
    await open([]);
    await vi.waitFor(() => expect(find('plan-grid').exists()).toBe(true), { timeout: 10_000 });
    await find('group-network').trigger('click');
    const field = find('field-model.downsamplings').find('input');
    await field.setValue('5');
    await field.trigger('change');
    await vi.waitFor(() => expect(text('field-model.downsamplings')).toContain('cannot be halved so often'));
    expect(find('start').attributes('disabled')).toBeDefined();
  });

  it('offers every kind of model, and the presets of the one that is chosen', async () => {
    await open([]);
    await vi.waitFor(() => expect(text('plan-grid')).toBe('7 × 7 codes out of 64'));
    expect(text('model-vq-vae')).toContain('suggested');
    expect(find('group-quantizer').exists()).toBe(true);
    await find('model-vae').find('input').trigger('change');
    await vi.waitFor(() => expect(text('plan-grid')).toBe('a vector of 16 numbers'));
    expect(find('group-quantizer').exists()).toBe(false);
    const offered = screen.page.findAll('input[name="preset"]');
    expect(offered).toHaveLength(presetsOf('vae').length);
    await find('start-form').trigger('submit');
    await vi.waitFor(() =>
      expect(screen.fake.asked.find(({ method }) => method === 'runs.start')?.params).toMatchObject({
        spec: { dataset: 'shoes', model: { kind: 'vae' } },
      }),
    );
  });

  it('warns where nothing is held out', async () => {
    const all = [{ ...fakeDataset, splits: { train: 10_000, test: 0 } }];
    await open([], '/train', { 'datasets.list': () => all });
    await vi.waitFor(() => expect(text('nothing-held-out')).toContain('held out'));
  });

  it('leads to the import where there are no pictures', async () => {
    await open([], '/train', { 'datasets.list': () => [] });
    await vi.waitFor(() => expect(screen.page.text()).toContain('Pictures first'));
  });
});

describe('watching a run', () => {
  it('draws a chart for every series and says what it shows', async () => {
    await open([fakeRun('first', 'running', 700)]);
    await vi.waitFor(() => expect(screen.page.findAll('[data-test="chart"]').length).toBe(10));
    const summary = screen.page.find('[data-chart="Perplexity"] [role="img"][tabindex]').attributes('aria-label');
    expect(summary).toMatch(/^Perplexity\. first: from .* at step 1 to .* at step 700;/);
  });

  it('follows new rows and the newest reconstruction', async () => {
    await open([fakeRun('first', 'running', 700)]);
    await vi.waitFor(() => expect(text('preview-step')).toBe('step 700'));
    screen.fake.emit('runs.metrics', { run: 'first', metrics: fakeMetrics(701, 710) });
    screen.fake.emit('runs.preview', { run: 'first', step: 750 });
    await vi.waitFor(() => expect(text('preview-step')).toBe('step 750'));
    await vi.waitFor(() =>
      expect(screen.page.find('[data-chart="Total loss"] [role="img"][tabindex]').attributes('aria-label')).toContain(
        'at step 710;',
      ),
    );
  });

  it('loses no row that is announced while the snapshot is on its way', async () => {
    let answer = (): void => undefined;
    const asked = new Promise<void>((resolve) => (answer = resolve));
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await open([fakeRun('first', 'running', 700)], '/train', {
      'runs.metrics': async () => {
        answer();
        await held;
        return fakeMetrics(1, 700);
      },
    });
    await asked;
    screen.fake.emit('runs.metrics', { run: 'first', metrics: fakeMetrics(698, 705) });
    await new Promise((resolve) => setTimeout(resolve));
    release();
    await vi.waitFor(() =>
      expect(screen.page.find('[data-chart="Total loss"] [role="img"][tabindex]').attributes('aria-label')).toContain(
        'at step 705;',
      ),
    );
  });

  it('pauses a run that trains, and offers to continue once it is paused', async () => {
    await open([fakeRun('first', 'running', 700)]);
    await vi.waitFor(() => expect(find('pause').exists()).toBe(true));
    await find('pause').trigger('click');
    await vi.waitFor(() => expect(find('continue').exists()).toBe(true));
    expect(find('run-status').attributes('data-status')).toBe('paused');
    expect(screen.fake.asked.some(({ method }) => method === 'runs.pause')).toBe(true);
  });

  it('offers to continue an interrupted run from its newest checkpoint, which settles its incident', async () => {
    const incident = {
      id: 'i1',
      kind: 'lost',
      role: 'trainer',
      run: 'first',
      message: 'killed',
      hint: '',
      step: 500,
      atStep: 620,
      logTail: '',
      at: '2026-01-05T09:00:00.000Z',
    };
    await open([fakeRun('first', 'interrupted', 620)], '/train', { 'runs.incidents': () => [incident] });
    await vi.waitFor(() => expect(text('continue-from')).toBe('Continue from step 500'));
    await find('continue-from').trigger('click');
    await vi.waitFor(() => expect(find('run-status').attributes('data-status')).toBe('running'));
    await vi.waitFor(() => expect(useRuns().incidents).toEqual([]));
  });

  it('tells of a loss that was not finite, with advice', async () => {
    const failure = { code: 'NOT_FINITE', message: 'The term “commitment” became NaN.', hint: '' };
    await open([fakeRun('first', 'failed', 421, { failure })]);
    await vi.waitFor(() => expect(text('trouble')).toContain('became NaN'));
    expect(text('trouble')).toContain('smaller learning rate; it was 0.001');
  });

  it('shows a failure to load the metrics, and tries again when asked', async () => {
    let fail = true;
    await open([fakeRun('first', 'finished', 300)], '/train', {
      'runs.metrics': () => {
        if (fail) throw Object.assign(new Error('disk'), {});
        return fakeMetrics(1, 300);
      },
    });
    await vi.waitFor(() => expect(find('error').exists()).toBe(true));
    fail = false;
    await find('error').find('button').trigger('click');
    await vi.waitFor(() => expect(find('charts').exists()).toBe(true));
  });

  it('says at which step the first reconstructions come: before any, or when they are next due, at the latest at the end', async () => {
    const none = { 'runs.previews': () => ({ steps: [], originals: null }) };
    const expected: [at: number, of: number, first: number][] = [
      [0, 20, 0],
      [10, 20, 20],
      [50, 300, 100],
    ];
    for (const [at, steps, first] of expected) {
      screen?.page.unmount();
      const run = fakeRun('short', 'running', at);
      run.spec.training = { ...run.spec.training, steps, previewEvery: 50 };
      await open([run], '/train', none);
      await vi.waitFor(() => expect(text('previews')).toContain(`The first reconstructions come at step ${first}.`));
    }
  });

  it('keeps an earlier reconstruction in view when somebody chose it', async () => {
    await open([fakeRun('first', 'running', 200)], '/train', {
      'runs.preview': ({ step }: { step: number }) => fakePictures(8, 28, step / 200),
    });
    await vi.waitFor(() => expect(text('preview-step')).toBe('step 200'));
    await find('preview-slider').find('[role="slider"]').trigger('keydown', { key: 'Home' });
    await vi.waitFor(() => expect(text('preview-step')).toBe('step 0'));
    screen.fake.emit('runs.preview', { run: 'first', step: 250 });
    await vi.waitFor(() =>
      expect(find('preview-slider').find('[role="slider"]').attributes('aria-valuemax')).toBe('5'),
    );
    expect(text('preview-step')).toBe('step 0');
  });
});
