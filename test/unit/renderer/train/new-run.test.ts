import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RunSummary } from '@shared/contract';
import { newRunWith } from '@/components/new-run';
import TrainView from '@/features/train/TrainView.vue';
import { fakeDataset, fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import { mountScreen, type MountedScreen } from '../../../support/mount-screen';

let screen: MountedScreen;
const find = (name: string) => screen.page.find(`[data-test="${name}"]`);
const started = (): RunSummary['spec'] =>
  (screen.fake.asked.find(({ method }) => method === 'runs.start')!.params as { spec: RunSummary['spec'] }).spec;

beforeEach(() => localStorage.clear());
afterEach(() => {
  screen.page.unmount();
  history.replaceState(null, '');
});

const plain = fakeRun('a', 'finished', 1000);
const run = { ...plain, spec: { ...plain.spec, training: { ...plain.spec.training, seed: 77, batch: 5 } } };
const others = [fakeDataset, { ...fakeDataset, id: 'boots', name: 'Boots' }];

it('a run’s header leads to a new run with these settings', async () => {
  screen = await mountScreen(TrainView, '/train', fakeRunHandlers([run]));
  await vi.waitFor(() => expect(find('new-run-like').exists()).toBe(true));
  await find('new-run-like').trigger('click');
  await vi.waitFor(() => expect(screen.router.currentRoute.value.query).toEqual({ new: run.spec.dataset }));
});

it('the form begins with a run’s settings, and starts exactly these', async () => {
  history.replaceState((newRunWith(run.spec) as { state: object }).state, '');
  screen = await mountScreen(TrainView, `/train?new=${run.spec.dataset}`, fakeRunHandlers([run]));
  await vi.waitFor(() => expect(find('plan-grid').exists()).toBe(true));
  await find('start-form').trigger('submit');
  await vi.waitFor(() => expect(started()).toEqual(run.spec));
});

it('the settings are kept when other pictures are chosen', async () => {
  history.replaceState((newRunWith(plain.spec) as { state: object }).state, '');
  screen = await mountScreen(TrainView, `/train?new=${run.spec.dataset}`, fakeRunHandlers([plain], others));
  await vi.waitFor(() => expect(find('plan-grid').exists()).toBe(true));
  await screen.page.find('input[value="boots"]').trigger('change');
  await vi.waitFor(() => expect(find('plan-grid').exists()).toBe(true));
  await find('start-form').trigger('submit');
  await vi.waitFor(() => expect(started()).toEqual({ ...plain.spec, dataset: 'boots' }));
});
