import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunSummary } from '@shared/contract';
import { fromPreset, isPrior, presets, type RunSpec } from '@shared/specs';
import { begunWith, canHavePrior, codesFrom, givesCodes, suggestPrior } from '@/components/prior-spec';
import { MetricTable } from '@/charts';
import { planCharts, tracesOf } from '@/features/train/charts';
import { betterCodes, densityOf, natsOf } from '@/features/train/prior-nats';
import { kindsBeside } from '@/features/train/kinds';
import { fieldGroups } from '@/features/train/spec-form';
import TrainView from '@/features/train/TrainView.vue';
import { useSelection } from '@/stores/selection';
import { fakePrior, fakeVectorPrior } from '../../../support/fake-priors';
import { fakePictures, fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import type { FakeHandlers } from '../../../support/fake-workbench';
import { mountScreen, type MountedScreen } from '../../../support/mount-screen';

let screen: MountedScreen;
const find = (name: string) => screen.page.find(`[data-test="${name}"]`);
const teacher = fakeRun('teacher', 'finished', 1000, { name: 'Teacher' });
const prior = fakePrior('prior', teacher);
const open = async (runs: RunSummary[], path = '/train', more: FakeHandlers = {}): Promise<void> => {
  screen = await mountScreen(TrainView, path, { ...fakeRunHandlers(runs), ...more });
};
const begun = (): RunSpec => begunWith(suggestPrior(teacher.signal, false), 'shoes', codesFrom(teacher), 2);

beforeEach(() => localStorage.clear());
afterEach(() => {
  screen?.page.unmount();
  history.replaceState(null, '');
});

describe('a prior to begin with', () => {
  it('is tiny for small pictures, told their classes, on the best checkpoint', () => {
    expect(suggestPrior({ height: 28, width: 28 }, false).name).toBe('gpt-tiny');
    expect(suggestPrior({ height: 64, width: 32 }, false).name).toBe('gpt-small');
    expect(suggestPrior({ height: 64, width: 32 }, true).name).toBe('mixture');
    expect(begun()).toMatchObject({
      autoencoder: { run: 'teacher', step: 1000 },
      model: { kind: 'gpt', condition: 'class' },
    });
    expect(begunWith(suggestPrior(teacher.signal, false), 'shoes', codesFrom(teacher), 0).model).toMatchObject({
      condition: 'none',
    });
  });

  it('can be had of autoencoders with a checkpoint, and of no prior', () => {
    expect(canHavePrior(teacher)).toBe(true);
    expect(canHavePrior({ ...teacher, checkpoints: [] })).toBe(false);
    expect(canHavePrior(prior)).toBe(false);
    const ofVectors = {
      ...teacher,
      spec: fromPreset(
        presets.find(({ name }) => name === 'pca-tiny')!,
        'shoes',
      ),
    };
    expect([canHavePrior(ofVectors), givesCodes(ofVectors), givesCodes(teacher)]).toEqual([true, false, true]);
  });

  it('stands beside priors over the same kind of latent', () => {
    expect(kindsBeside(begun())).toContain('maskgit');
    expect(kindsBeside(begun())).not.toContain('mixture');
    const overVectors = begunWith(suggestPrior(teacher.signal, true), 'shoes', codesFrom(teacher), 2);
    expect(kindsBeside(overVectors)).toEqual(['mixture', 'gaussian', 'made']);
  });

  it('has no setting that is done to pictures, nor its autoencoder among the numbers', () => {
    const paths = (spec: RunSpec): string[] =>
      fieldGroups(spec).flatMap(({ fields }) => fields.map(({ path }) => path));
    expect(paths(begun()).filter((path) => /flip|autoencoder/.test(path))).toEqual([]);
    expect(paths(teacher.spec).filter((path) => /flip|autoencoder/.test(path))).toEqual(['augmentation.flip']);
  });
});

describe('a prior over vectors', () => {
  it('tells what it costs a dimension beside N(0, I), and no nats of codes', async () => {
    const mixture = fakeVectorPrior('mixture', teacher);
    expect([natsOf(mixture), densityOf(mixture)]).toEqual([null, { own: 0.5, normal: 1.5 }]);
    expect([densityOf(prior), densityOf({ ...mixture, evaluation: null })]).toEqual([null, null]);
    await open([mixture, teacher]);
    useSelection().watching = 'mixture';
    await vi.waitFor(() => expect(find('prior-own').exists()).toBe(true));
    expect(find('prior-own').text()).toBe('0.5');
    expect(find('prior-normal').text()).toBe('1.5');
    expect(find('prior-unigram').exists()).toBe(false);
  });
});

describe('the form of a prior', () => {
  it('is one click from an autoencoder’s page', async () => {
    await open([teacher]);
    await vi.waitFor(() => expect(find('train-prior').exists()).toBe(true));
    await find('train-prior').trigger('click');
    await vi.waitFor(() => expect(screen.router.currentRoute.value.fullPath).toBe('/train?new=shoes'));
  });

  it('shows the chain from pictures to prior, offers priors alone, and starts what it shows', async () => {
    history.replaceState({ spec: JSON.stringify(begun()) }, '');
    await open([teacher], '/train?new=shoes');
    await vi.waitFor(() => expect(find('prior-chain').exists()).toBe(true));
    expect(find('prior-chain').text()).toContain('Shoes and shirts');
    expect(find('chain-run').text()).toBe('Teacher');
    expect(find('chain-step').text()).toBe('step 1,000, best');
    expect(find('dataset-shoes').exists()).toBe(false);
    expect(find('model-vq-vae').exists()).toBe(false);
    expect(find('preset-gpt-tiny').text()).toContain('suggested');
    await find('preset-gpt-small').find('input').trigger('change');
    await vi.waitFor(() => expect(find('start').attributes('disabled')).toBeUndefined());
    await find('start-form').trigger('submit');
    await vi.waitFor(() =>
      expect(screen.fake.asked.find(({ method }) => method === 'runs.start')?.params).toMatchObject({
        spec: { preset: 'gpt-small', autoencoder: { run: 'teacher', step: 1000 }, model: { condition: 'class' } },
      }),
    );
  });
});

describe('the page of a prior', () => {
  it('tells its nats beside those of knowing less, and leads to Samples', async () => {
    await open([prior, teacher]);
    useSelection().watching = 'prior';
    await vi.waitFor(() => expect(find('prior-panel').exists()).toBe(true));
    expect(find('prior-own').text()).toBe('2.5');
    expect(find('prior-unigram').text()).toBe('3.5');
    expect(find('prior-uniform').text()).toBe('4.159');
    expect(find('prior-codes').text()).toBe('Teacher, step 1,000');
    expect(find('prior-newer').exists()).toBe(false);
    expect(find('insight').exists()).toBe(false);
    await find('draw-samples').trigger('click');
    await vi.waitFor(() => expect(screen.router.currentRoute.value.path).toBe('/samples'));
  });

  it('shows its samples, which have no originals, and follows new ones', async () => {
    await open([prior], '/train', {
      'runs.previews': () => ({ steps: [0, 100], originals: null }),
      'runs.preview': ({ step }) => fakePictures(4, 28, 0.5, step),
    });
    await vi.waitFor(() => expect(find('previews').findAll('li')).toHaveLength(4));
    expect(find('previews').text()).toContain('What it draws');
    expect(find('previews').findAll('canvas')).toHaveLength(4);
    const before = screen.fake.asked.filter(({ method }) => method === 'runs.previews').length;
    screen.fake.emit('runs.preview', { run: 'prior', step: 200 });
    await vi.waitFor(() => expect(find('preview-step').text()).toContain('200'));
    expect(screen.fake.asked.filter(({ method }) => method === 'runs.previews')).toHaveLength(before);
  });

  it('says when its autoencoder was trained on since, or is gone', async () => {
    const further = { ...teacher, checkpoints: [1000, 2000], best: 2000 };
    await open([prior, further]);
    useSelection().watching = 'prior';
    await vi.waitFor(() => expect(find('prior-newer').text()).toContain('step 2,000'));
    screen.page.unmount();
    await open([prior]);
    await vi.waitFor(() => expect(find('prior-alone').text()).toContain('Teacher'));
  });
});

describe('what a prior knows', () => {
  it('is its evaluation’s nats, else its newest step’s; ln K is the mean over all places', () => {
    expect(natsOf(prior)).toMatchObject({ own: 2.5, unigram: 3.5, isBetter: true });
    expect(natsOf({ ...prior, evaluation: null })).toMatchObject({ own: 2.6, unigram: null, isBetter: null });
    expect(natsOf({ ...prior, evaluation: null })!.uniform).toBeCloseTo(Math.log(64), 10);
    const level = (side: number, codes: number) => ({ axes: [side, side], depth: 1, codes, dimension: 1 });
    const codes = { ...prior.codes!, latent: { kind: 'codes' as const, levels: [level(1, 4), level(2, 8)] } };
    expect(natsOf({ ...prior, codes, evaluation: null })!.uniform).toBeCloseTo((Math.log(4) + 4 * Math.log(8)) / 5, 10);
    expect(natsOf(fakePrior('young', teacher, { latest: null, evaluation: null }))).toBeNull();
  });

  it('is of codes that are no longer the best once there are newer ones', () => {
    expect(betterCodes(1000, { checkpoints: [1000, 2000], best: 2000 })).toBe(2000);
    expect(betterCodes(1000, { checkpoints: [1000, 2000], best: 1000 })).toBeNull();
    expect(betterCodes(1000, { checkpoints: [500, 1000], best: 500 })).toBeNull();
    expect(betterCodes(1000, null)).toBeNull();
  });

  it('is drawn over the steps in one chart with both baselines', () => {
    const series = ['nats', 'test/nats', 'test/nats-unigram', 'test/nats-uniform'];
    const plans = planCharts([...series, 'loss', 'accuracy', 'test/accuracy', 'test/bits-per-dimension']);
    expect(plans.map(({ id }) => id)).toEqual(['loss', 'nats', 'accuracy', 'bits-per-dimension']);
    const table = new MetricTable();
    const columns = Object.fromEntries(series.map((name) => [name, Float32Array.of(5, 4)]));
    table.append({ step: Float64Array.of(1, 2), wall: Float64Array.of(1, 2), series: columns });
    const traces = tracesOf(
      plans[1]!,
      [{ run: 'a', name: 'Prior', colour: 0, table }],
      (name, baseline) => `${name} ${baseline ?? 'held out'}`,
    );
    expect(traces.map(({ label, dash }) => [label, dash])).toEqual([
      ['Prior', 'solid'],
      ['Prior held out', 'heldOut'],
      ['Prior unigram', 'baseline'],
      ['Prior uniform', 'baseline'],
    ]);
    expect(isPrior(prior.spec.model)).toBe(true);
  });
});
