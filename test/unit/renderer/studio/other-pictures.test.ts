import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunSummary } from '@shared/contract';
import type { LatentShape } from '@shared/specs';
import StudioView from '@/features/studio/StudioView.vue';
import { useNewPicture } from '@/features/studio/new-picture';
import { useDocuments } from '@/stores/documents';
import { useStudioSession } from '@/stores/studio';
import { fakeDocuments } from '../../../support/fake-documents';
import { fakeLatentHandlers, fakeLatentOf, hierarchy, vector } from '../../../support/fake-latents';
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
const open = async (
  latent: LatentShape = fakeLatent,
  runs: RunSummary[] = [prior, teacher],
  more: FakeHandlers = {},
) => {
  screen = await mountScreen(StudioView, '/studio', {
    ...fakeRunHandlers(runs),
    ...fakeLatentHandlers(latent),
    ...fakeSampleHandlers,
    ...more,
  });
  const canvas = latent.kind === 'vector' ? 'vector-picture' : 'code-canvas';
  await vi.waitFor(() => expect(find(canvas).exists()).toBe(true), { timeout: 5000 });
  return useStudioSession();
};
const item = (index: number) => ({ kind: 'item' as const, dataset: 'shoes', index });

afterEach(() => {
  screen.page.unmount();
});

describe('a picture that is extended', () => {
  it('is asked of the prior with all that is settled, and grows by the proposal that is taken', async () => {
    const session = await open();
    const before = session.table!.encoded;
    session.panel = 'extend';
    await vi.waitFor(() => expect(find('extend-size').text()).toContain('7 × 10'));
    await find('extend-top').trigger('click');
    session.extendAmount = 2;
    await vi.waitFor(() => expect(find('extend-size').text()).toContain('9 × 9'));
    await find('extend-go').trigger('click');
    await vi.waitFor(() => expect(all('proposal')).toHaveLength(4));
    const [request] = asked('samples.fill');
    expect(request).toMatchObject({ run: 'prior', canvas: { height: 9, width: 9 } });
    const given = request!.given as Int32Array;
    expect(given).toHaveLength(4 * 81);
    expect(given.subarray(2 * 9, 2 * 9 + 7)).toEqual(before.slice(0, 7));
    expect(given.filter((code) => code === -1)).toHaveLength(4 * (81 - 49));

    await all('proposal')[1]!.trigger('click');
    expect(session.grid).toMatchObject({ height: 9, width: 9 });
    expect(session.grid!.indices.subarray(2 * 9, 2 * 9 + 7)).toEqual(before.slice(0, 7));
    expect(session.changes).toBe(81 - 49);
    await vi.waitFor(() => expect(session.edited).toMatchObject({ signal: { height: 36, width: 36 } }));
    expect(find('studio-what').text()).toContain('9 × 9 codes');
    expect(find('save-latent').attributes('disabled')).toBeDefined();

    // another one instead, on the same canvas; what was painted since stays
    session.code = 5;
    session.fillRegion({ row: 8, column: 0, toRow: 8, toColumn: 0 });
    await all('proposal')[3]!.trigger('click');
    expect(session.grid).toMatchObject({ height: 9, width: 9 });
    expect(session.grid!.indices[72]).toBe(5);
    session.undo();
    session.undo();
    session.undo();
    expect(session.grid!.indices).toEqual(before);
    expect(session.frame).toBeNull();
    await vi.waitFor(() => expect(session.edited).toMatchObject({ signal: { height: 28, width: 28 } }));
  });

  it('is painted, resampled and reset at its new size', async () => {
    const session = await open();
    session.extendSides.bottom = true;
    session.extendAmount = 3;
    session.repeatBorder();
    expect(session.grid).toMatchObject({ height: 10, width: 10 });
    session.selection = { row: 9, column: 8, toRow: 9, toColumn: 9 };
    await session.propose();
    expect(asked('samples.fill')[0]).toMatchObject({ canvas: { height: 10, width: 10 } });
    session.takeOffer(0);
    const decoded = asked('studio.decode').at(-1)!;
    expect(decoded).toMatchObject({ canvas: { height: 10, width: 10 } });
    expect((decoded.latent as { indices: Int32Array }).indices).toHaveLength(100);
    session.isSurpriseShown = true;
    await vi.waitFor(() => expect(session.surprise).toHaveLength(100));
    expect(asked('samples.surprise').at(-1)).toMatchObject({ canvas: { height: 10, width: 10 } });
    session.reset();
    expect(session.surprise).toBeNull();
    expect(session.frame).toBeNull();
    expect(session.changes).toBe(0);
  });

  it('is offered only as long as the canvas is the one it was drawn for', async () => {
    const session = await open();
    await session.extend();
    session.takeOffer(0);
    expect(session.offer?.kind).toBe('extension');
    session.repeatBorder();
    expect(session.offer).toBeNull();
    session.undo();
    session.undo();
    expect(session.offer?.kind).toBe('extension');
    session.selection = { row: 0, column: 0, toRow: 1, toColumn: 1 };
    await session.propose();
    session.repeatBorder();
    expect(session.offer).toBeNull();
  });

  it('comes back after a reload, and with another checkpoint', async () => {
    const kept = fakeDocuments();
    let session = await open(fakeLatent, [prior, teacher], kept.handlers);
    session.repeatBorder();
    const { indices } = session.grid!;
    await session.moveTo(500);
    expect(session.grid!.indices).toEqual(indices);
    const work = session.document!;
    await useDocuments().flush();
    screen.page.unmount();
    session = await open(fakeLatent, [prior, teacher], kept.handlers);
    await session.bringBack(work);
    await vi.waitFor(() => expect(session.grid?.indices).toEqual(indices));
  });

  it('goes on with its border where there is no prior, and not at all where the model can’t', async () => {
    let session = await open(fakeLatent, [teacher]);
    session.panel = 'extend';
    await vi.waitFor(() => expect(find('extend-no-prior').exists()).toBe(true));
    expect(find('extend-go').exists()).toBe(false);
    await find('extend-repeat').trigger('click');
    expect(session.grid).toMatchObject({ height: 7, width: 10 });
    screen.page.unmount();
    session = await open(hierarchy, [teacher]);
    session.panel = 'extend';
    await vi.waitFor(() => expect(find('extend-never').exists()).toBe(true));
  });
});

describe('variations', () => {
  it('by a prior open other cells in each picture, and become the picture when taken', async () => {
    const session = await open();
    session.panel = 'vary';
    session.varyStrength = 0.2;
    await vi.waitFor(() => expect(find('vary-go').exists()).toBe(true));
    await find('vary-go').trigger('click');
    await vi.waitFor(() => expect(all('proposal')).toHaveLength(8));
    const given = asked('samples.fill')[0]!.given as Int32Array;
    const opened = Array.from({ length: 8 }, (_, picture) =>
      [...given.subarray(picture * 49, (picture + 1) * 49)].flatMap((code, cell) => (code < 0 ? [cell] : [])),
    );
    expect(opened.map((cells) => cells.length)).toEqual(Array(8).fill(10));
    expect(new Set(opened.map(String)).size).toBeGreaterThan(1);
    const before = session.grid!.indices;
    await all('proposal')[4]!.trigger('click');
    expect(session.changes).toBeGreaterThan(0);
    session.grid!.indices.forEach((code, cell) => opened[4]!.includes(cell) || expect(code).toBe(before[cell]));
    session.undo();
    expect(session.grid!.indices).toEqual(before);
  });

  it('without a prior come from the codebook, or of a vector from steps', async () => {
    let session = await open(fakeLatent, [teacher]);
    await session.vary();
    expect(asked('studio.vary')[0]).toMatchObject({
      run: 'teacher',
      strength: 0.25,
      temperature: 1,
      seed: 1,
      count: 8,
    });
    session.takeOffer(2);
    expect(session.changes).toBeGreaterThan(0);
    screen.page.unmount();
    session = await open(vector, [teacher]);
    await session.vary();
    expect(asked('studio.vary')[0]).toMatchObject({ latent: { kind: 'vector' }, canvas: null });
    const before = session.vector;
    session.takeOffer(7);
    expect(session.vector).not.toEqual(before);
    session.undo();
    expect(session.vector).toEqual(before);
  });
});

describe('between two pictures', () => {
  it.each([
    ['codes', fakeLatent, 'swap'],
    ['vectors', vector, 'straight'],
  ] as const)('of %s there is a strip, of which a frame can be taken and undone', async (_, latent, by) => {
    const session = await open(latent, [teacher]);
    session.panel = 'between';
    await vi.waitFor(() => expect(find('between-pick').exists()).toBe(true));
    await session.goTo(item(9));
    await vi.waitFor(() => expect(all('strip-frame')).toHaveLength(9));
    expect(asked('studio.interpolate')[0]).toMatchObject({ by, frames: 9, seed: 1, order: 'random' });
    await all('strip-frame')[8]!.trigger('click');
    await find('between-take').trigger('click');
    const there = fakeLatentOf(latent, 9);
    const values = latent.kind === 'vector' ? session.vector : session.grid!.indices;
    expect(values).toEqual(there.kind === 'vector' ? there.values : there.indices);
    // a frame on the table is none to set out from
    expect(asked('studio.interpolate')).toHaveLength(1);
    session.undo();
    expect(session.changes).toBe(0);
  });

  it('asks again for another way, order or number of frames, and sets out from what is painted', async () => {
    const session = await open(fakeLatent, [teacher]);
    session.panel = 'between';
    await session.goTo(item(9));
    session.betweenSettings.order = 'wipe';
    await vi.waitFor(() => expect(asked('studio.interpolate').at(-1)).toMatchObject({ order: 'wipe' }));
    session.way = 'blend';
    session.betweenSettings.frames = 5;
    await vi.waitFor(() => expect(all('strip-frame')).toHaveLength(5));
    expect(asked('studio.interpolate').at(-1)).toMatchObject({ by: 'blend', frames: 5 });
    session.code = 63;
    session.fillRegion({ row: 0, column: 0, toRow: 0, toColumn: 0 });
    await vi.waitFor(() =>
      expect((asked('studio.interpolate').at(-1)!.from as { indices: Int32Array }).indices[0]).toBe(63),
    );
    expect(await session.stripGif()).toHaveLength(5);
  });
});

describe('a picture from nothing', () => {
  it('is drawn by the prior, of a class if wanted', async () => {
    const session = await open();
    const { prior: by, drawn } = useNewPicture(() => 'teacher');
    expect(by.value?.id).toBe('prior');
    drawn(1);
    await vi.waitFor(() => expect(session.table?.source).toBeNull());
    const [request] = asked('samples.fill');
    expect(request).toMatchObject({ run: 'prior', label: 1 });
    expect(new Set(request!.given as Int32Array)).toEqual(new Set([-1]));
    expect(session.table!.name).toBe(prior.classes[1]);
    expect(session.changes).toBe(0);
  });

  it('is blank: of the code in hand, of the plainest one, or the average', async () => {
    let session = await open(fakeLatent, [teacher]);
    useNewPicture(() => 'teacher').blank(7);
    await vi.waitFor(() => expect(new Set(session.grid!.indices)).toEqual(new Set([7])));
    expect(session.canUndo).toBe(false);
    useNewPicture(() => 'teacher').blank(null);
    await vi.waitFor(() => expect(asked('studio.blank').at(-1)).toMatchObject({ code: null, layer: 0 }));
    screen.page.unmount();
    session = await open(vector, [teacher]);
    useNewPicture(() => 'teacher').blank(null);
    await vi.waitFor(() => expect(session.vector!.every((value) => value === 0)).toBe(true));
  });
});
