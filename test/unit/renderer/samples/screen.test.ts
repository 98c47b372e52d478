import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunSummary, Samples } from '@shared/contract';
import { AppError } from '@shared/errors';
import { useDrawn } from '@/features/samples/drawn';
import { useFavourites } from '@/features/samples/favourites';
import { useDocuments } from '@/stores/documents';
import { fakeDocuments } from '../../../support/fake-documents';
import { fileName, recipeJson } from '@/features/samples/recipe';
import SamplesView from '@/features/samples/SamplesView.vue';
import { useCurrentModel } from '@/stores/current-model';
import { useStudioSession } from '@/stores/studio';
import { fakeLatentHandlers } from '../../../support/fake-latents';
import { fakePrior, fakeSampleHandlers, fakeVectorPrior } from '../../../support/fake-priors';
import { fakeLatent, fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import type { FakeHandlers } from '../../../support/fake-workbench';
import { mountScreen, type MountedScreen } from '../../../support/mount-screen';

let screen: MountedScreen;
const find = (name: string) => screen.page.find(`[data-test="${name}"]`);
const all = (name: string) => screen.page.findAll(`[data-test="${name}"]`);
const asked = (method: string): Record<string, unknown>[] =>
  screen.fake.asked.filter((request) => request.method === method).map(({ params }) => params as never);
const teacher = fakeRun('teacher', 'finished', 1000);
const prior = fakePrior('prior', teacher);
const open = async (runs: RunSummary[] = [prior, teacher], more: FakeHandlers = {}): Promise<void> => {
  screen = await mountScreen(SamplesView, '/samples', {
    ...fakeRunHandlers(runs),
    ...fakeLatentHandlers(fakeLatent),
    ...fakeSampleHandlers,
    ...fakeDocuments().handlers,
    ...more,
  });
};
const draw = async (): Promise<void> => {
  await vi.waitFor(() => expect(find('draw').exists()).toBe(true));
  await find('draw-panel').trigger('submit');
};
const drawn = async (count: number): Promise<void> => {
  await draw();
  await vi.waitFor(() => expect(find('sheet').attributes('data-state')).toBe('done'));
  expect(all('sample')).toHaveLength(count);
};

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});
afterEach(() => screen.page.unmount());

describe('the Samples screen without a prior', () => {
  it('offers to train one on the autoencoder that is there', async () => {
    await open([teacher]);
    await vi.waitFor(() => expect(find('no-prior').exists()).toBe(true));
    const button = find('no-prior').find('button');
    expect(button.text()).toContain('teacher');
    await button.trigger('click');
    await vi.waitFor(() => expect(screen.router.currentRoute.value.fullPath).toBe('/train?new=shoes'));
  });

  it('says that an autoencoder comes first where there is none', async () => {
    await open([]);
    await vi.waitFor(() => expect(find('no-prior').text()).toContain('Train an autoencoder'));
  });

  it('waits for the first checkpoint of a prior in training', async () => {
    await open([
      fakePrior('prior', teacher, { status: 'running', active: true, checkpoints: [], best: null }),
      teacher,
    ]);
    await vi.waitFor(() => expect(find('no-prior').text()).toContain('still learning'));
  });
});

describe('drawing samples', () => {
  it('asks 16 at a time as the form says, and keeps each sheet with its recipe', async () => {
    await open();
    await vi.waitFor(() => expect(find('draw').exists()).toBe(true));
    const drawnSamples = useDrawn();
    Object.assign(drawnSamples.settings, { count: 20, seed: 7, temperature: 0.5 });
    drawnSamples.classChoice = 1;
    await drawn(20);
    expect(asked('samples.draw')).toMatchObject([
      { run: 'prior', checkpoint: 'best', first: 0, count: 16, seed: 7, temperature: 0.5, label: 1, given: null },
      { first: 16, count: 4, checkpoint: 500 },
    ]);
    expect(find('sheet-recipe').text()).toBe('prior, step 500 · shirt · seed 7 · temperature 0.5');
    drawnSamples.settings.count = 2;
    await find('draw-panel').trigger('submit');
    await vi.waitFor(() => expect(all('sheet')).toHaveLength(2));
    await vi.waitFor(() => expect(all('sample')).toHaveLength(22));
    await all('sheet-discard')[0]!.trigger('click');
    expect(all('sheet')).toHaveLength(1);
  });

  it('draws each class in a row of its own', async () => {
    await open();
    await vi.waitFor(() => expect(find('draw').exists()).toBe(true));
    useDrawn().classChoice = 'each';
    useDrawn().settings.count = 3;
    await drawn(6);
    expect(asked('samples.draw').map(({ label }) => label)).toEqual([0, 1]);
    expect(find('sheet').text()).toContain('shoe');
    expect(find('sheet').text()).toContain('shirt');
    expect(all('sample')[3]!.attributes('aria-label')).toBe('Sample 1, shirt, seed 1');
  });

  it('has no class to ask of a prior that was not told any', async () => {
    const untold = fakePrior('prior', teacher);
    await open([
      { ...untold, spec: { ...untold.spec, model: { ...untold.spec.model, condition: 'none' } as never } },
      teacher,
    ]);
    await vi.waitFor(() => expect(find('draw').exists()).toBe(true));
    expect(find('samples-class').exists()).toBe(false);
  });

  it('refuses what the contract refuses, at its field', async () => {
    await open();
    await vi.waitFor(() => expect(find('draw').exists()).toBe(true));
    useDrawn().settings.count = 5000;
    await vi.waitFor(() => expect(find('draw').attributes('disabled')).toBeDefined());
    expect(find('draw-panel').text()).toContain('1,024');
    await find('draw-panel').trigger('submit');
    expect(asked('samples.draw')).toEqual([]);
  });

  it('keeps what there is when it is stopped', async () => {
    const handler = fakeSampleHandlers['samples.draw']!;
    await open([prior, teacher], {
      'samples.draw': async (params, context) => {
        if (params.first === 0) return handler(params, context);
        return new Promise((_, reject) =>
          context.signal.addEventListener('abort', () => reject(new AppError('CANCELLED', 'Drawing was cancelled.'))),
        );
      },
    });
    await vi.waitFor(() => expect(find('draw').exists()).toBe(true));
    useDrawn().settings.count = 32;
    await draw();
    await vi.waitFor(() => expect(all('sample')).toHaveLength(16));
    expect(all('sample-missing')).toHaveLength(16);
    await find('cancel').trigger('click');
    await vi.waitFor(() => expect(find('sheet').attributes('data-state')).toBe('cancelled'));
    expect(find('sheet-cancelled').text()).toBe('stopped after 16 of 32');
    expect(all('sample')).toHaveLength(16);
  });

  it('shows why it failed', async () => {
    await open([prior, teacher], {
      'samples.draw': () => {
        throw new AppError('ENGINE_LOST', 'The studio process ended.');
      },
    });
    await draw();
    await vi.waitFor(() => expect(find('error').text()).toContain('The studio process ended.'));
  });
});

describe('a sample', () => {
  it('is walked to with the arrow keys: one of them is in the tab order', async () => {
    await open();
    await drawn(16);
    expect(all('sample').filter((each) => each.attributes('tabindex') === '0')).toHaveLength(1);
    await all('sample')[0]!.trigger('keydown', { key: 'ArrowRight' });
    expect(document.activeElement).toBe(all('sample')[1]!.element);
    expect(all('sample')[1]!.attributes()).toMatchObject({ tabindex: '0', 'aria-pressed': 'true' });
    await all('sample')[1]!.trigger('keydown', { key: 'End' });
    expect(all('sample')[15]!.attributes('tabindex')).toBe('0');
    expect(find('sample-detail').text()).toContain('Sample 16');
  });

  it('that is a favourite outlasts the page, with its picture and codes', async () => {
    const workspace = fakeDocuments();
    await open(undefined, workspace.handlers);
    await drawn(16);
    await all('sample')[3]!.trigger('click');
    await find('favour').trigger('click');
    expect(all('sample-star')).toHaveLength(1);
    const [kept] = useFavourites().list;
    await useDocuments().flush();
    screen.page.unmount();
    await open([], workspace.handlers);
    await vi.waitFor(() => expect(find('look-favourites').text()).toBe('Favourites (1)'));
    await find('look-favourites').trigger('click');
    expect(all('sample')).toHaveLength(1);
    expect(useFavourites().list[0]).toEqual(kept);
    await all('sample')[0]!.trigger('keydown', { key: 'f' });
    expect(all('sample')).toHaveLength(0);
    await useDocuments().flush();
    expect(workspace.value('favourites', 'favourites')).toEqual({ samples: [] });
  });

  it('comes back on its sheet after a reload, at an address of its own, and goes with it', async () => {
    const workspace = fakeDocuments();
    await open(undefined, workspace.handlers);
    await vi.waitFor(() => expect(find('draw').exists()).toBe(true));
    useDrawn().classChoice = 'each';
    useDrawn().settings.count = 3;
    await drawn(6);
    const [sheet] = useDrawn().sheets;
    await useDocuments().flush();
    expect(workspace.ids('samples')).toEqual([sheet!.id]);
    screen.page.unmount();
    await open(undefined, workspace.handlers);
    await vi.waitFor(() => expect(all('sample')).toHaveLength(6));
    expect(useDrawn().sheets[0]!.samples.map(({ pictures: _, index: __, ...rest }) => rest)).toEqual(
      sheet!.samples.map(({ pictures: _, index: __, ...rest }) => rest),
    );
    await screen.router.push(`/samples/${sheet!.id}`);
    await find('sheet-discard').trigger('click');
    await vi.waitFor(() => expect(workspace.ids('samples')).toEqual([]));
  });

  it('that the browser kept as a favourite moves into the workspace', async () => {
    const workspace = fakeDocuments();
    await open(undefined, workspace.handlers);
    await drawn(16);
    const sample = useDrawn().sheets[0]!.samples[0]!;
    screen.page.unmount();
    const { pictures, recipe, id, number, codes } = sample;
    const {
      signal: { height, width, channels },
    } = pictures;
    const pixels = btoa(String.fromCharCode(...pictures.data.slice(0, height * width * channels)));
    const kept = { id, recipe, number, height, width, channels, pixels, codes: [...codes] };
    localStorage.setItem('tessera.favourites', JSON.stringify([kept, { nonsense: true }]));
    workspace.refuse(new AppError('DISK', 'The disk is full.'));
    await open(undefined, workspace.handlers);
    await vi.waitFor(() => expect(useDocuments().refusal).toMatchObject({ code: 'DISK' }));
    expect(useFavourites().list.map((one) => one.id)).toEqual([id]);
    screen.page.unmount();
    expect(localStorage.getItem('tessera.favourites')).not.toBeNull();
    workspace.refuse(null);
    await open(undefined, workspace.handlers);
    await vi.waitFor(() => expect(workspace.ids('favourites')).toEqual(['favourites']));
    expect(useFavourites().list.map((one) => one.id)).toEqual([id]);
    await vi.waitFor(() => expect(localStorage.getItem('tessera.favourites')).toBeNull());
  });

  it('opens in the Studio with its codes and the autoencoder they are of', async () => {
    await open();
    await drawn(16);
    await all('sample')[2]!.trigger('click');
    await find('open-in-studio').trigger('click');
    await vi.waitFor(() => expect(screen.router.currentRoute.value.path).toBe('/studio'));
    expect(asked('studio.open')[0]).toEqual({ run: 'teacher', checkpoint: 1000 });
    expect(useStudioSession().table).toMatchObject({
      name: 'prior · Sample 3',
      original: null,
      model: { run: 'teacher' },
    });
    expect(useStudioSession().table!.encoded).toEqual(useDrawn().sheets[0]!.samples[2]!.codes);
    expect(useCurrentModel().model?.id).toBe('teacher');
  });

  it('says why the Studio cannot open it: weights that are gone, or others', async () => {
    const pruned = { ...teacher, checkpoints: [500] };
    await open([prior, pruned]);
    await drawn(16);
    await all('sample')[0]!.trigger('click');
    expect(find('sample-closed').text()).toContain('step 1,000');
    expect(find('open-in-studio').attributes('disabled')).toBeDefined();
    screen.page.unmount();

    await open([{ ...prior, codes: { ...prior.codes!, weightsHash: 'of before' } }, teacher]);
    await drawn(16);
    await all('sample')[0]!.trigger('click');
    await find('open-in-studio').trigger('click');
    await vi.waitFor(() => expect(find('error').text()).toContain('other weights'));
    expect(useStudioSession().table).toBeNull();
    expect(screen.router.currentRoute.value.path).toBe('/samples');
  });

  it('tells its recipe in ASCII, and has a file name that any system takes', async () => {
    await open([fakePrior('prior', teacher, { name: '猫/先验 1' }), teacher]);
    await drawn(16);
    const sample = useDrawn().sheets[0]!.samples[4]!;
    const text = recipeJson(sample);
    expect(text).toMatch(/^[\x20-\x7e]*$/);
    expect(JSON.parse(text)).toMatchObject({
      prior: { name: '猫/先验 1', step: 500 },
      seed: 1,
      number: 4,
      class: null,
    });
    expect(JSON.parse(text)).toHaveProperty('codes.length', 49);
    expect(fileName(sample)).toBe('猫-先验-1-seed-1-004.png');
  });

  it('of a prior over vectors has none of the settings of codes, and keeps its vector', async () => {
    const vectors = Float32Array.from({ length: 4 * 16 }, (_, at) => at / 8);
    const draw: FakeHandlers['samples.draw'] = (...of) => {
      const drawnHere = fakeSampleHandlers['samples.draw']!(...of) as Samples;
      return { ...drawnHere, codes: new Int32Array(0), vectors };
    };
    await open([fakeVectorPrior('prior', teacher), teacher], { 'samples.draw': draw });
    await drawn(16);
    for (const hidden of ['samples-class', 'samples-more', 'samples-rounds', 'quality'])
      expect(find(hidden).exists(), hidden).toBe(false);
    expect(find('samples-temperature').exists()).toBe(true);
    const sample = useDrawn().sheets[0]!.samples[2]!;
    expect(sample.vector).toEqual(vectors.slice(8, 12));
    const recipe = JSON.parse(recipeJson(sample)) as object;
    expect(recipe).toMatchObject({ topK: 0, topP: 1, vector: [...vectors.slice(8, 12)] });
    expect(recipe).not.toHaveProperty('codes');
    await all('sample')[2]!.trigger('click');
    for (const ofCodes of ['watch-open', 'find-nearest', 'sample-unwatchable'])
      expect(find(ofCodes).exists(), ofCodes).toBe(false);
  });

  it('gives its settings back to the form', async () => {
    await open();
    await vi.waitFor(() => expect(find('draw').exists()).toBe(true));
    const store = useDrawn();
    Object.assign(store.settings, { seed: 9, topK: 5 });
    await drawn(16);
    Object.assign(store.settings, { seed: 1, topK: 0 });
    await find('sheet-use').trigger('click');
    expect(store.settings).toMatchObject({ seed: 9, topK: 5 });
    expect(store.checkpoint).toBe(500);
  });
});
