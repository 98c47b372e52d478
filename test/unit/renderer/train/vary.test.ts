import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunSummary } from '@shared/contract';
import { AppError } from '@shared/errors';
import { fromPreset, presets, setPath, type FieldDescription, type RunSpec } from '@shared/specs';
import TrainView from '@/features/train/TrainView.vue';
import { axisOf, beginsWith, nothingVaried, variable, type VariedField } from '@/features/train/vary';
import { fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import type { FakeHandlers } from '../../../support/fake-workbench';
import { mountScreen, type MountedScreen } from '../../../support/mount-screen';

const tiny = fromPreset(presets[0]!, 'shoes');
const fields = variable(tiny).flatMap((group) => group.fields);
const fieldOf = (path: string): FieldDescription => fields.find((field) => field.path === path)!;
const varied = (more: Partial<VariedField>): VariedField => ({
  ...nothingVaried,
  field: 'model.quantizer.codes',
  ...more,
});

describe('what may vary', () => {
  it('is every setting of the form, a schedule as the number it would be', () => {
    const paths = fields.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['model.quantizer.codes', 'training.learningRate', 'training.seed']));
    expect(paths).not.toContain('dataset');
    expect(paths.filter((path) => path.startsWith('training.learningRate'))).toEqual(['training.learningRate']);
  });

  it('begins around the form’s own value, within the limits of the schema', () => {
    expect(beginsWith(fieldOf('model.quantizer.codes'), tiny).values).toBe('32, 64, 128');
    expect(beginsWith(fieldOf('augmentation.flip'), tiny).chosen).toEqual(['false', 'true']);
    expect(beginsWith(fieldOf('training.learningRate'), tiny)).toMatchObject({
      from: '0.0001',
      to: '0.01',
      scale: 'log',
    });
    // codes that are revived can't be frozen
    const revived = setPath(tiny, 'model.quantizer.reviveAfter', 100) as RunSpec;
    expect(beginsWith(fieldOf('model.quantizer.update'), revived).chosen).toEqual(['ema', 'gradient']);
    const most = setPath(tiny, 'training.accumulate', 1024) as RunSpec;
    expect(beginsWith(fieldOf('training.accumulate'), most).values).toBe('512, 1024');
  });

  it.each<[string, Partial<VariedField>, unknown]>([
    ['values, however they are parted', { values: ' 64，128;256, ' }, { kind: 'values', values: [64, 128, 256] }],
    ['numbers with powers of ten', { field: 'training.learningRate', values: '1e-4, 1e-3' }, { values: [1e-4, 1e-3] }],
    ['booleans', { field: 'augmentation.flip', chosen: ['true', 'false'] }, { values: [true, false] }],
    [
      'a range of whole numbers',
      { kind: 'range', from: '16', to: '64', points: 4 },
      { kind: 'range', from: 16, to: 64, whole: true, points: 4, scale: 'linear' },
    ],
  ])('reads %s', (_what, more, axis) => {
    expect(axisOf(varied(more), fields)).toMatchObject({ axis });
  });

  it.each<[string, Partial<VariedField>]>([
    ['unchosen', { field: null }],
    ['unchosen', { field: 'model.nothing' }],
    ['empty', { values: ' , ' }],
    ['number', { values: '64, many' }],
    ['many', { values: Array.from({ length: 65 }, (_, i) => i + 2).join() }],
    ['number', { kind: 'range', from: '', to: '3' }],
    ['order', { kind: 'range', from: '8', to: '2' }],
    ['above', { kind: 'range', from: '0', to: '2', scale: 'log' }],
  ])('is “%s” for %j', (problem, more) => {
    expect(axisOf(varied(more), fields)).toEqual({ problem });
  });
});

describe('varying settings of a new run', () => {
  let screen: MountedScreen;
  afterEach(() => {
    screen.page.unmount();
    document.body.innerHTML = '';
  });
  const find = (name: string): HTMLElement | null => document.body.querySelector(`[data-test="${name}"]`);
  const text = (name: string): string => find(name)?.textContent?.trim() ?? '';
  const soon = { timeout: 10_000 };

  /** The dialog, with one setting chosen in it. */
  async function open(path: string, runs: RunSummary[] = [], more: FakeHandlers = {}): Promise<void> {
    screen = await mountScreen(TrainView, '/train?new', { ...fakeRunHandlers(runs), ...more });
    const button = () => screen.page.find('[data-test="vary-open"]');
    await vi.waitFor(() => expect(button().attributes('disabled')).toBeUndefined(), soon);
    await button().trigger('click');
    await vi.waitFor(() => expect(find('vary-field')).not.toBeNull());
    await choose(path);
  }
  async function choose(path: string): Promise<void> {
    const row = screen.page.findAllComponents({ name: 'VaryRow' }).at(-1)!;
    row.vm.$emit('update:modelValue', beginsWith(fieldOf(path), tiny));
    await vi.waitFor(() =>
      expect(document.querySelectorAll('[data-test="vary-values"], [data-test="vary-choices"]').length).toBeGreaterThan(
        0,
      ),
    );
  }
  async function write(values: string): Promise<void> {
    const found = find('vary-values')!;
    const input = (found.matches('input') ? found : found.querySelector('input')) as HTMLInputElement;
    input.value = values;
    input.dispatchEvent(new Event('input'));
  }

  it('tells how many runs that makes, what they cost by an earlier run’s speed, and queues them', async () => {
    const earlier = fakeRun('earlier', 'finished', 1000);
    const asked = () => screen.fake.asked.filter(({ method }) => method === 'runs.sweep');
    await open('model.quantizer.codes', [earlier], { 'runs.sweep': () => ({ runs: [] }) });
    await vi.waitFor(() => expect(text('vary-cost-runs')).toBe('3'));
    expect(text('vary-cost-steps')).toBe('3,000');
    expect(text('vary-cost-time')).toContain('as fast as “earlier”');
    await vi.waitFor(() => expect(text('vary-cost-memory')).toMatch(/MB$/), soon);
    expect(text('vary-queue')).toBe('Queue 3 runs');
    find('vary-queue')!.click();
    await vi.waitFor(() => expect(screen.router.currentRoute.value.path).toBe('/runs'));
    expect(asked()).toMatchObject([
      {
        params: {
          sweep: {
            name: 'sweep',
            base: { dataset: 'shoes' },
            axes: [{ kind: 'values', field: 'model.quantizer.codes', values: [32, 64, 128] }],
            method: { kind: 'grid' },
          },
        },
      },
    ]);
  });

  it('multiplies settings, and draws at random instead when asked', async () => {
    await open('model.quantizer.codes');
    find('vary-add')!.click();
    await vi.waitFor(() => expect(document.querySelectorAll('[data-test="vary-row"]')).toHaveLength(2));
    await choose('augmentation.flip');
    await vi.waitFor(() => expect(text('vary-cost-runs')).toBe('6'));
    const random = find('vary-method')!.querySelectorAll<HTMLElement>('[role="radio"]')[1]!;
    random.click();
    await vi.waitFor(() => expect(find('vary-count')).not.toBeNull());
    await vi.waitFor(() => expect(Number(text('vary-cost-runs'))).toBeLessThanOrEqual(6));
  });

  it('says at the setting what is wrong with a value, and queues nothing', async () => {
    await open('model.quantizer.codes');
    await vi.waitFor(() => expect(text('vary-cost-runs')).toBe('3'));
    await write('0, 64');
    await vi.waitFor(() => expect(text('vary-problem')).toMatch(/^0: /));
    expect(find('vary-queue')!.hasAttribute('disabled')).toBe(true);
    await write('64, lots');
    await vi.waitFor(() => expect(text('vary-problem')).toBe('Write numbers, with commas between values.'));
    expect(find('vary-cost')).toBeNull();
  });

  it('gives the workbench’s reason where one of the runs can’t be trained', async () => {
    await open('model.downsamplings');
    await write('2, 5');
    await vi.waitFor(() => expect(text('error')).toContain('cannot be halved so often'), soon);
    expect(find('vary-queue')!.hasAttribute('disabled')).toBe(true);
  });

  it('does not mix its runs with those of an earlier sweep', async () => {
    const sweep = { name: 'sweep', point: { 'training.seed': 1 } };
    await open('model.quantizer.codes', [fakeRun('old', 'finished', 1000, { sweep })]);
    const input = (): HTMLInputElement => {
      const found = find('vary-name')!;
      return (found.matches('input') ? found : found.querySelector('input')) as HTMLInputElement;
    };
    expect(input().placeholder).toBe('sweep 2');
    input().value = 'sweep';
    input().dispatchEvent(new Event('input'));
    await vi.waitFor(() => expect(document.body.textContent).toContain('There is a sweep of this name already.'));
    expect(find('vary-queue')!.hasAttribute('disabled')).toBe(true);
  });

  it('keeps what was chosen when queueing fails', async () => {
    await open('model.quantizer.codes', [], {
      'runs.sweep': () => {
        throw new AppError('DISK', 'The disk is full.');
      },
    });
    await vi.waitFor(() => expect(text('vary-cost-runs')).toBe('3'));
    find('vary-queue')!.click();
    await vi.waitFor(() => expect(text('error')).toContain('The disk is full.'));
    expect(find('vary-row')).not.toBeNull();
  });
});
