import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunSummary } from '@shared/contract';
import { AppError } from '@shared/errors';
import StudioView from '@/features/studio/StudioView.vue';
import { useStudioSession } from '@/stores/studio';
import { fakeLatentHandlers } from '../../../support/fake-latents';
import { fakePrior, fakeSampleHandlers } from '../../../support/fake-priors';
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
const open = async (runs: RunSummary[] = [prior, teacher], more: FakeHandlers = {}) => {
  screen = await mountScreen(StudioView, '/studio', {
    ...fakeRunHandlers(runs),
    ...fakeLatentHandlers(fakeLatent),
    ...fakeSampleHandlers,
    ...more,
  });
  await vi.waitFor(() => expect(find('code-canvas').exists()).toBe(true), { timeout: 5000 });
  return useStudioSession();
};

afterEach(() => {
  screen.page.unmount();
});

describe('resampling by a prior', () => {
  it('is not offered where no prior knows the codes', async () => {
    await open([teacher]);
    expect(find('studio-prior').exists()).toBe(false);
    expect(find('prior-elsewhere').exists()).toBe(false);
  });

  it('locks all but the selection, offers four proposals, and takes one back by undo', async () => {
    const session = await open();
    expect(find('resample').attributes('disabled')).toBeDefined();
    expect(find('resample-how').exists()).toBe(true);
    session.selection = { row: 2, column: 3, toRow: 3, toColumn: 4 };
    await vi.waitFor(() => expect(find('resample').attributes('disabled')).toBeUndefined());
    await find('resample').trigger('click');
    await vi.waitFor(() => expect(all('proposal')).toHaveLength(4));
    const [request] = asked('samples.fill');
    expect(request).toMatchObject({ run: 'prior', seed: 1, canvas: null });
    const open4 = [17, 18, 24, 25];
    const given = request!.given as Int32Array;
    expect([...given.keys()].filter((cell) => given[cell] === -1)).toEqual(
      [0, 49, 98, 147].flatMap((from) => open4.map((cell) => from + cell)),
    );
    const before = session.table!.encoded;

    await all('proposal')[2]!.trigger('click');
    const after = session.grid!.indices;
    expect([...after.keys()].filter((cell) => after[cell] !== before[cell])).toEqual(
      open4.filter((cell) => after[cell] !== before[cell]),
    );
    expect(session.changes).toBeGreaterThan(0);
    expect(all('proposal')[2]!.attributes('aria-pressed')).toBe('true');
    session.undo();
    expect(session.grid!.indices).toEqual(before);

    session.priorClass = 1;
    await find('resample').trigger('click');
    await vi.waitFor(() => expect(asked('samples.fill')[1]).toMatchObject({ seed: 2, label: 1 }));
  });

  it('keeps what was painted elsewhere after the proposals came', async () => {
    const session = await open();
    session.selection = { row: 0, column: 0, toRow: 0, toColumn: 0 };
    await session.propose();
    session.code = 63;
    session.fillRegion({ row: 6, column: 6, toRow: 6, toColumn: 6 });
    const before = session.grid!.indices[0];
    session.takeOffer(0);
    expect(session.grid!.indices[48]).toBe(63);
    expect(session.grid!.indices[0]).not.toBe(before);
  });

  it('shows why there are no proposals', async () => {
    const session = await open([prior, teacher], {
      'samples.fill': () => {
        throw new AppError('ENGINE_LOST', 'It is gone.');
      },
    });
    session.selection = { row: 0, column: 0, toRow: 1, toColumn: 1 };
    await session.propose();
    await vi.waitFor(() => expect(find('error').text()).toContain('It is gone.'));
    expect(find('proposals').exists()).toBe(false);
  });

  it('offers to go to the checkpoint whose codes the prior knows', async () => {
    const older = { ...prior, codes: { ...prior.codes!, step: 500, weightsHash: 'of step 500' } };
    await open([older, teacher]);
    expect(find('prior-elsewhere').text()).toContain('step 500');
    await find('prior-go').trigger('click');
    await vi.waitFor(() => expect(asked('studio.encode').at(-1)).toMatchObject({ run: 'teacher', checkpoint: 500 }));
  });
});

describe('surprise', () => {
  it('is shown on demand, follows the edits, and is gone when it is not wanted', async () => {
    const session = await open();
    session.isSurpriseShown = true;
    await vi.waitFor(() => expect(find('surprise-scale').text()).toContain('4.8 nats'));
    expect(session.surprise).toHaveLength(49);
    session.code = 1;
    session.fillRegion({ row: 0, column: 0, toRow: 0, toColumn: 0 });
    await vi.waitFor(() => expect(asked('samples.surprise').length).toBeGreaterThan(1));
    expect((asked('samples.surprise').at(-1)!.latent as { indices: Int32Array }).indices[0]).toBe(1);
    session.isSurpriseShown = false;
    await vi.waitFor(() => expect(find('surprise-scale').exists()).toBe(false));
  });
});
