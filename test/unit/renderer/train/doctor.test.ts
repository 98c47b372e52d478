import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { applyRemedy, diagnose, findingKinds, remedyKinds } from '@shared/diagnosis';
import en from '@/i18n/en/train.json';
import chinese from '@/i18n/zh-CN/train.json';
import TrainView from '@/features/train/TrainView.vue';
import { fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import { mountScreen, type MountedScreen } from '../../../support/mount-screen';

let screen: MountedScreen | undefined;
const find = (name: string) => screen!.page.find(`[data-test="${name}"]`);

beforeEach(() => localStorage.clear());
afterEach(() => {
  screen?.page.unmount();
  history.replaceState(null, '');
});

const STEPS = 1000;
/** A run whose codebook collapsed. */
const collapsed = {
  step: Float64Array.from({ length: STEPS }, (_, row) => row + 1),
  wall: Float64Array.from({ length: STEPS }, (_, row) => row),
  series: {
    loss: new Float32Array(STEPS).fill(1),
    nmse: new Float32Array(STEPS).fill(0.8),
    perplexity: new Float32Array(STEPS).fill(1.25),
    'learning-rate': new Float32Array(STEPS).fill(3e-4),
  },
};

describe('the collapse doctor', () => {
  it('names what goes wrong in the run that is watched, with what shows it and what may help', async () => {
    const run = fakeRun('a', 'running', STEPS);
    screen = await mountScreen(TrainView, '/train', { ...fakeRunHandlers([run]), 'runs.metrics': () => collapsed });
    await vi.waitFor(() => expect(find('finding-collapsed').exists()).toBe(true));
    expect(find('evidence').text()).toBe('Perplexity: 1.25 at step 1,000');
    expect(find('remedy-revive-codes').exists()).toBe(false); // the configuration revives them already
    await find('remedy-lower-learning-rate').trigger('click');
    await vi.waitFor(() => expect(screen!.router.currentRoute.value.query).toEqual({ new: run.spec.dataset }));
  });

  it('says nothing of a run that learns', async () => {
    const run = fakeRun('a', 'running', STEPS);
    const healthy = { ...collapsed.series, perplexity: new Float32Array(STEPS).fill(60) };
    const metrics = { ...collapsed, series: healthy };
    screen = await mountScreen(TrainView, '/train', { ...fakeRunHandlers([run]), 'runs.metrics': () => metrics });
    await vi.waitFor(() => expect(find('insight').exists()).toBe(true));
    expect(screen!.page.find('[data-test^="finding-"]').exists()).toBe(false);
  });

  it('begins a new run with the change made', async () => {
    const run = fakeRun('a', 'stopped', 500);
    const series = (name: string) => ({ step: collapsed.step, value: collapsed.series[name as 'nmse'] ?? [] });
    const [finding] = diagnose({ spec: run.spec, failure: null, series });
    const remedy = finding!.remedies.find(({ kind }) => kind === 'lower-learning-rate')!;
    history.replaceState({ spec: JSON.stringify(applyRemedy(run.spec, remedy)) }, '');
    screen = await mountScreen(TrainView, `/train?new=${run.spec.dataset}`, fakeRunHandlers([run]));
    await vi.waitFor(() => expect(find('plan-grid').exists()).toBe(true));
    await find('start-form').trigger('submit');
    await vi.waitFor(() => {
      const asked = screen!.fake.asked.find(({ method }) => method === 'runs.start')?.params as typeof run | undefined;
      expect(asked?.spec.training.learningRate).toBeCloseTo((run.spec.training.learningRate as number) / 3);
    });
  });
});

it('every finding and remedy has its words', () => {
  for (const words of [en, chinese]) {
    expect(Object.keys(words.train.doctor.finding).sort()).toEqual([...findingKinds].sort());
    expect(Object.keys(words.train.doctor.remedy).sort()).toEqual([...remedyKinds].sort());
  }
});
