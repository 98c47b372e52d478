import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RunSummary } from '@shared/contract';
import { newRunWith } from '@/components/new-run';
import TrainView from '@/features/train/TrainView.vue';
import { useDocuments } from '@/stores/documents';
import { fakeDocuments } from '../../../support/fake-documents';
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

it('the drafts of a new run and of one like another are kept beside each other', async () => {
  const kept = fakeDocuments();
  const name = () => screen.page.find<HTMLInputElement>('input[data-test="run-name"]');
  const open = async (begin: RunSummary['spec'] | null): Promise<void> => {
    history.replaceState(begin && (newRunWith(begin) as { state: object }).state, '');
    const handlers = { ...fakeRunHandlers([run]), ...kept.handlers };
    screen = await mountScreen(TrainView, `/train?new=${run.spec.dataset}`, handlers);
    await vi.waitFor(() => expect(find('plan-grid').exists()).toBe(true), { timeout: 8000 });
  };
  const write = async (begin: RunSummary['spec'] | null, text: string): Promise<void> => {
    await open(begin);
    await name().setValue(text);
    await useDocuments().flush();
    screen.page.unmount();
  };
  await write(null, 'my own');
  await write(run.spec, 'like it');
  expect(kept.ids('draft')).toHaveLength(2);
  await open(null);
  await vi.waitFor(() => expect(name().element.value).toBe('my own'), { timeout: 8000 });
  screen.page.unmount();
  await open(run.spec);
  await vi.waitFor(() => expect(name().element.value).toBe('like it'), { timeout: 8000 });
});

it('a draft that an earlier version kept under its dataset alone comes back, and is kept under its own name from then on', async () => {
  const kept = fakeDocuments();
  const begin = JSON.stringify(run.spec);
  kept.put('draft', `on-${run.spec.dataset}`, { spec: begin, name: 'of old', begin }, 'of old');
  history.replaceState((newRunWith(run.spec) as { state: object }).state, '');
  const handlers = { ...fakeRunHandlers([run]), ...kept.handlers };
  screen = await mountScreen(TrainView, `/train?new=${run.spec.dataset}`, handlers);
  const name = () => screen.page.find<HTMLInputElement>('input[data-test="run-name"]');
  await vi.waitFor(() => expect(name().element.value).toBe('of old'), { timeout: 8000 });
  await name().setValue('of now');
  await useDocuments().flush();
  await vi.waitFor(() => expect(kept.ids('draft')).toEqual([expect.stringMatching(/^on-.*-like-[0-9a-f]+$/)]));
});
