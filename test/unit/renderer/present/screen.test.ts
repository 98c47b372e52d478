import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunSummary } from '@shared/contract';
import PresentView from '@/features/present/PresentView.vue';
import { fakeModel, fakePictures, fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import { mountScreen, type MountedScreen } from '../../../support/mount-screen';

let screen: MountedScreen;
const open = async (runs: RunSummary[]): Promise<void> => {
  const { image, grid } = fakeModel('first', 1000);
  screen = await mountScreen(PresentView, '/present', {
    ...fakeRunHandlers(runs),
    'studio.encode': ({ run }) => ({
      model: fakeModel(run, 1000),
      name: 'item 0',
      original: fakePictures(1, image.height, 1),
      reconstruction: fakePictures(1, image.height, 0.8),
      grid: { ...grid, indices: new Int32Array(grid.height * grid.width) },
    }),
  });
};
afterEach(() => screen.page.unmount());

describe('the presentation', () => {
  it('begins by itself when it is the first screen opened, before the runs have been listed', async () => {
    await open([fakeRun('first', 'finished', 1000)]);
    await vi.waitFor(() => expect(screen.page.find('[data-test="present-stage"]').exists()).toBe(true));
  });

  it('says what is missing while no run has a checkpoint, and begins with the first one', async () => {
    await open([fakeRun('first', 'starting', 0, { checkpoints: [] })]);
    await vi.waitFor(() => expect(screen.page.find('[role="status"]').text()).toContain('trained'));
    screen.fake.emit('runs.changed', fakeRun('first', 'running', 1000));
    await vi.waitFor(() => expect(screen.page.find('[data-test="present-stage"]').exists()).toBe(true));
  });
});
