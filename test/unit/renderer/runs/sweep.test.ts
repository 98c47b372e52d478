import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunSummary } from '@shared/contract';
import { parallelOption } from '@/charts/parallel';
import RunsView from '@/features/runs/RunsView.vue';
import { coordinates, ranked, sweepsOf } from '@/features/runs/sweeps';
import { fakePrior } from '../../../support/fake-priors';
import { evaluationWith, fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import { mountScreen, type MountedScreen } from '../../../support/mount-screen';

const member = (number: number, rate: number, nmse: number | null, more: Partial<RunSummary> = {}): RunSummary => {
  const run = fakeRun(`tries-${number}`, nmse === null ? 'queued' : 'finished', 1000);
  return {
    ...run,
    name: `tries ${number}`,
    evaluation: nmse === null ? null : evaluationWith(run.evaluation!, { nmse }),
    sweep: { name: 'tries', point: { 'training.learningRate': rate, 'augmentation.flip': number === 2 } },
    ...more,
  };
};
const runs = [member(10, 1e-2, null), member(2, 1e-3, 0.1), member(1, 1e-4, 0.2), fakeRun('alone', 'finished', 1000)];

describe('sweeps', () => {
  it('gather their runs in the order in which they were queued, and rank them by NMSE', () => {
    const [sweep, ...others] = sweepsOf(runs);
    expect(others).toEqual([]);
    expect(sweep).toMatchObject({ name: 'tries', paths: ['training.learningRate', 'augmentation.flip'] });
    expect(sweep!.runs.map(({ name }) => name)).toEqual(['tries 1', 'tries 2', 'tries 10']);
    expect(ranked(sweep!).map(({ name }) => name)).toEqual(['tries 2', 'tries 1', 'tries 10']);
  });

  it('become axes of what varies and what came of it, factors where values span them', () => {
    const { axes, lines } = coordinates(sweepsOf(runs)[0]!, (axis) => axis, 'tries-2');
    expect(axes.map(({ name, log }) => [name, log])).toEqual([
      ['training.learningRate', true],
      ['augmentation.flip', false],
      ['nmse', false],
      ['psnr', false],
      ['usage', false],
    ]);
    expect(lines.map(({ id, rank, isChosen }) => [id, rank, isChosen])).toEqual([
      ['tries-1', 0, false],
      ['tries-2', 1, true],
      ['tries-10', null, false],
    ]);
    expect(lines[2]!.values).toEqual([0.01, 'false', null, null, null]);
  });

  it('of priors are ranked and drawn by nats a code, which they have instead', () => {
    const of = fakeRun('teacher', 'finished', 1000);
    const priors = [2.5, 2.1].map((nats, i): RunSummary => {
      const prior = fakePrior(`prior-${i + 1}`, of);
      const evaluation = evaluationWith({ ...prior.evaluation!, measures: {} }, { nats });
      return { ...prior, evaluation, sweep: { name: 'priors', point: { 'training.seed': i + 1 } } };
    });
    const [sweep] = sweepsOf(priors);
    expect(ranked(sweep!).map(({ id }) => id)).toEqual(['prior-2', 'prior-1']);
    const { axes, lines } = coordinates(sweep!, (axis) => axis, null);
    expect(axes.map(({ name }) => name)).toEqual(['training.seed', 'nats']);
    expect(lines.map(({ values, rank }) => [values, rank])).toEqual([
      [[1, 2.5], 0],
      [[2, 2.1], 1],
    ]);
  });

  it('are drawn with the chosen line last, words as categories, and gaps where nothing is known', () => {
    const theme = {
      name: 'light',
      text: '#000',
      muted: '#777',
      border: '#ccc',
      background: '#fff',
      error: '#f00',
    } as const;
    const drawing = { ...coordinates(sweepsOf(runs)[0]!, (axis) => axis, 'tries-2'), locale: 'en' };
    const option = parallelOption({ ...drawing, theme: { ...theme, fontFamily: 'sans' } });
    expect(option.parallelAxis).toMatchObject([
      { type: 'log' },
      { type: 'category', data: ['false', 'true'] },
      {},
      {},
      {},
    ]);
    const series = option.series as { data: unknown[][]; lineStyle: { width: number } }[];
    expect(series.map(({ lineStyle }) => lineStyle.width)).toEqual([1.5, 1.5, 3]);
    expect(series[0]!.data[0]).toEqual([0.01, 'false', '-', '-', '-']);
  });
});

describe('the screen of runs', () => {
  let screen: MountedScreen;
  afterEach(() => screen.page.unmount());

  it('shows a sweep as lines and as a table, the best run first, and opens a run from it', async () => {
    screen = await mountScreen(RunsView, '/runs', fakeRunHandlers(runs));
    await vi.waitFor(() => expect(screen.page.findAll('[data-test="sweep-run"]')).toHaveLength(3));
    const [first] = screen.page.findAll('[data-test="sweep-run"]');
    expect(first!.text()).toContain('tries 2');
    expect(first!.text()).toContain('0.001');
    expect(screen.page.find('[data-test="parallel-chart"]').attributes('aria-label')).toContain('table below');
    await first!.find('button').trigger('click');
    await vi.waitFor(() => expect(document.body.textContent).toContain('Configuration'));
  });

  it('has no place for sweeps where there are none', async () => {
    screen = await mountScreen(RunsView, '/runs', fakeRunHandlers([fakeRun('alone', 'finished', 1000)]));
    await vi.waitFor(() => expect(screen.page.text()).toContain('alone'));
    expect(screen.page.find('[data-test="sweep"]').exists()).toBe(false);
  });
});
