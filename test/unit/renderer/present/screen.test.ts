import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunSummary } from '@shared/contract';
import { latentSize, type LatentShape } from '@shared/specs';
import PresentView from '@/features/present/PresentView.vue';
import { useConnection } from '@/stores/connection';
import { fakeLatentHandlers, hierarchy, vector } from '../../../support/fake-latents';
import { fakeModel, fakePictures, fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import { fakeWorkbench, type FakeHandlers } from '../../../support/fake-workbench';
import { mountScreen, type MountedScreen } from '../../../support/mount-screen';

let screen: MountedScreen;
const open = async (runs: RunSummary[], more: FakeHandlers = {}): Promise<void> => {
  const { signal, latent } = fakeModel('first', 1000);
  screen = await mountScreen(PresentView, '/present', {
    ...fakeRunHandlers(runs),
    'studio.encode': ({ run }) => ({
      model: fakeModel(run, 1000),
      name: 'item 0',
      original: fakePictures(1, signal.height, 1),
      reconstruction: fakePictures(1, signal.height, 0.8),
      latent: { kind: 'codes', indices: new Int32Array(latentSize(latent)) },
    }),
    ...more,
  });
};
afterEach(() => screen.page.unmount());

const turn = async (): Promise<void> => {
  await screen.page.find('[data-test="present-next"]').trigger('click');
};

describe('the presentation of other models', () => {
  const show = async (latent: LatentShape): Promise<void> => {
    screen = await mountScreen(PresentView, '/present', {
      ...fakeRunHandlers([fakeRun('first', 'finished', 1000)]),
      ...fakeLatentHandlers(latent),
    });
    await vi.waitFor(() => expect(screen.page.find('[data-test="present-stage"]').exists()).toBe(true));
  };
  const decodes = () => screen.fake.asked.filter(({ method }) => method === 'studio.decode');

  it('counts the words of all layers, and says that there are several', async () => {
    await show(hierarchy);
    await turn();
    expect(screen.page.text()).toContain('4 × 4 squares');
    await turn();
    expect(screen.page.text()).toContain('does this 3 times');
    await turn();
    // 16 of 4 bits, and 98 of 5
    expect(screen.page.text()).toContain('114 words: 554 bits');
    await turn();
    await screen.page.find('[data-test="present-surprise"]').trigger('click');
    await vi.waitFor(() => expect(decodes()).toHaveLength(1));
  });

  it('turns the numbers that vary most of a vector, decoding each turn', async () => {
    await show(vector);
    await turn();
    expect(screen.page.text()).toContain('32 numbers');
    const dials = () => screen.page.findAll('[data-test="present-dial"]');
    expect(dials()).toHaveLength(6);
    expect(dials()[0]!.attributes('data-disabled')).toBeDefined();
    await turn();
    expect(screen.page.text()).toContain('1,024 bits');
    await turn();
    await dials()[0]!.find('[role="slider"]').trigger('keydown', { key: 'End' });
    await vi.waitFor(() => expect(decodes()).toHaveLength(1));
    await screen.page.find('[data-test="present-surprise"]').trigger('click');
    await vi.waitFor(() => expect(decodes()).toHaveLength(2));
  });
});

describe('the presentation', () => {
  it('begins by itself when it is the first screen opened, before the runs have been listed', async () => {
    await open([fakeRun('first', 'finished', 1000)]);
    await vi.waitFor(() => expect(screen.page.find('[data-test="present-stage"]').exists()).toBe(true));
  });

  it('goes on where the workbench went away while it began, and came back', async () => {
    const runs = [fakeRun('first', 'finished', 1000)];
    await open(runs, { ...fakeLatentHandlers(hierarchy), 'studio.encode': () => new Promise(() => undefined) });
    await vi.waitFor(() => expect(screen.fake.asked.map(({ method }) => method)).toContain('studio.encode'));
    screen.fake.pipe.close();
    await vi.waitFor(() => expect(useConnection().state).toBe('lost'));
    expect(screen.page.find('[data-test="present-stage"]').exists()).toBe(false);
    const back = fakeWorkbench({ ...fakeRunHandlers(runs), ...fakeLatentHandlers(hierarchy) });
    await useConnection().start(async () => back.pipe);
    await vi.waitFor(() => expect(screen.page.find('[data-test="present-stage"]').exists()).toBe(true));
  });

  it('says what is missing while no run has a checkpoint, and begins with the first one', async () => {
    await open([fakeRun('first', 'starting', 0, { checkpoints: [] })]);
    await vi.waitFor(() => expect(screen.page.find('[role="status"]').text()).toContain('trained'));
    screen.fake.emit('runs.changed', fakeRun('first', 'running', 1000));
    await vi.waitFor(() => expect(screen.page.find('[data-test="present-stage"]').exists()).toBe(true));
  });
});

describe('a model that would disappoint', () => {
  const find = (name: string) => screen.page.find(`[data-test="${name}"]`);
  const hasty = fakeRun('hasty', 'finished', 3, { checkpoints: [3], starred: true });
  const encodedOf = (): string[] =>
    screen.fake.asked.flatMap(({ method, params }) =>
      method === 'studio.encode' ? [(params as { run: string }).run] : [],
    );

  it('is not shown before the person was told why, and a better one is one click away', async () => {
    await open([hasty, fakeRun('good', 'finished', 1000)]);
    await vi.waitFor(() => expect(find('present-doubts').exists()).toBe(true));
    expect(find('present-doubts').text()).toContain('“hasty” is not fit to be shown yet');
    expect(find('doubt-few-steps').text()).toContain('3 steps');
    expect(find('present-instead').text()).toBe('Show “good” instead (PSNR 23.8 dB)');
    await find('present-instead').trigger('click');
    await vi.waitFor(() => expect(find('present-stage').exists()).toBe(true));
    expect(encodedOf().at(-1)).toBe('good');
    expect(find('present-doubts').exists()).toBe(false);
  });

  it('is shown all the same if the person says so', async () => {
    await open([hasty]);
    await vi.waitFor(() => expect(find('present-anyway').exists()).toBe(true));
    expect(find('present-instead').exists()).toBe(false);
    expect(find('present-doubts').text()).toContain('no other model');
    await find('present-anyway').trigger('click');
    await vi.waitFor(() => expect(find('present-stage').exists()).toBe(true));
  });

  it('is one whose pictures are no better than the mean picture', async () => {
    await open([fakeRun('first', 'finished', 1000)], {
      'studio.showcase': () => ({
        step: 1000,
        split: 'test',
        items: [{ index: 1, psnr: 10, contrast: 0.2 }],
        psnr: 10.2,
        meanPicturePsnr: 12.5,
      }),
    });
    await vi.waitFor(() => expect(find('doubt-worse-than-mean').exists()).toBe(true));
    expect(find('doubt-worse-than-mean').text()).toContain('10.2 dB against 12.5 dB');
  });
});

describe('the picture that is presented', () => {
  it('is a held-out one that shows the model well', async () => {
    await open([fakeRun('first', 'finished', 1000)]);
    await vi.waitFor(() => expect(screen.page.find('[data-test="present-stage"]').exists()).toBe(true));
    const encode = screen.fake.asked.find(({ method }) => method === 'studio.encode')!;
    expect(encode.params).toMatchObject({ picture: { kind: 'item', dataset: 'shoes', index: 7 } });
  });
});
