import { createPinia, disposePinia, setActivePinia, type Pinia } from 'pinia';
import { nextTick } from 'vue';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '@shared/errors';
import { layerCodes, layersOf, type LatentShape } from '@shared/specs';
import { useConnection } from '@/stores/connection';
import { useDocuments } from '@/stores/documents';
import { useStudioSession } from '@/stores/studio';
import { fakeDocuments } from '../../../support/fake-documents';
import { fakeLatentHandlers, fakeLatentOf, hierarchy, vector } from '../../../support/fake-latents';
import { fakeRunHandlers } from '../../../support/fake-runs';
import { fakeWorkbench, type FakeHandlers } from '../../../support/fake-workbench';

const item = (index: number) => ({ kind: 'item' as const, dataset: 'shoes', index });

async function openOn(latent: LatentShape, more: FakeHandlers = {}) {
  freshPage();
  const fake = fakeWorkbench({ ...fakeRunHandlers([]), ...fakeLatentHandlers(latent), ...more });
  await useConnection().start(async () => fake.pipe);
  const session = useStudioSession();
  await session.openPicture('first', item(3));
  const decodes = () => fake.asked.filter(({ method }) => method === 'studio.decode');
  return { session, fake, decodes };
}
const lastLatent = (asked: { params: unknown }[]): Int32Array =>
  (asked.at(-1)!.params as { latent: { indices: Int32Array } }).latent.indices;

const pages: Pinia[] = [];
/** A page of its own: its stores are let go after the test. */
function freshPage(): void {
  pages.push(createPinia());
  setActivePinia(pages.at(-1)!);
}
afterEach(() => pages.splice(0).forEach(disposePinia));

describe('a table with several layers of codes', () => {
  const layers = layersOf(hierarchy as Extract<LatentShape, { kind: 'codes' }>);
  const encoded = (fakeLatentOf(hierarchy, 3) as { indices: Int32Array }).indices;

  it('shows the chosen layer, and its palette', async () => {
    const { session } = await openOn(hierarchy);
    expect(session.grid).toEqual({ height: 4, width: 4, indices: layerCodes(layers[0]!, encoded) });
    await session.chooseLayer(2);
    expect(session.grid).toEqual({ height: 7, width: 7, indices: layerCodes(layers[2]!, encoded) });
    expect(session.palette).toMatchObject({ layer: 2, tiles: { count: 32 } });
  });

  it('paints on the chosen layer and decodes all of them together', async () => {
    const { session, decodes } = await openOn(hierarchy);
    await session.chooseLayer(1);
    session.code = 31;
    session.fillRegion({ row: 0, column: 0, toRow: 6, toColumn: 6 });
    await vi.waitFor(() => expect(session.latency).not.toBeNull());
    const sent = lastLatent(decodes());
    expect(new Set(layerCodes(layers[1]!, sent))).toEqual(new Set([31]));
    for (const other of [0, 2]) expect(layerCodes(layers[other]!, sent)).toEqual(layerCodes(layers[other]!, encoded));
  });

  it('shows what was painted while the workbench was away once it is back', async () => {
    const { session, fake } = await openOn(hierarchy);
    fake.pipe.close();
    await vi.waitFor(() => expect(useConnection().state).toBe('lost'));
    session.code = 7;
    session.fillAt({ row: 0, column: 0 });
    const back = fakeWorkbench({ ...fakeRunHandlers([]), ...fakeLatentHandlers(hierarchy) });
    await useConnection().start(async () => back.pipe);
    await vi.waitFor(() => expect(session.latency).not.toBeNull());
    expect(session.error).toBeNull();
    expect(layerCodes(layers[0]!, lastLatent(back.asked))).toContain(7);
  });

  it('undoes over all layers, and turns to the layer of what is undone', async () => {
    const { session } = await openOn(hierarchy);
    session.code = 1;
    session.fillAt({ row: 0, column: 0 });
    session.fillRegion({ row: 0, column: 0, toRow: 3, toColumn: 3 });
    await session.chooseLayer(2);
    session.code = 2;
    session.fillRegion({ row: 0, column: 0, toRow: 6, toColumn: 6 });
    session.undo();
    expect(session.layer).toBe(2);
    session.undo();
    expect(session.layer).toBe(0);
    while (session.canUndo) session.undo();
    expect(session.changes).toBe(0);
    session.redo();
    session.redo();
    session.redo();
    expect(session.layer).toBe(2);
    session.reset();
    expect(session.changes).toBe(0);
  });

  it('keeps the code in hand of each layer, and never one that the layer lacks', async () => {
    const { session } = await openOn(hierarchy);
    await session.chooseLayer(1);
    session.code = 30;
    await session.chooseLayer(0);
    expect(session.code).toBeLessThan(16);
    await session.chooseLayer(1);
    expect(session.code).toBe(30);
  });

  it('does not paste codes of one layer into another', async () => {
    const { session } = await openOn(hierarchy);
    await session.chooseLayer(1);
    session.selection = { row: 0, column: 0, toRow: 1, toColumn: 1 };
    session.copySelection();
    expect(session.clip).not.toBeNull();
    await session.chooseLayer(0);
    expect(session.clip).toBeNull();
    expect(session.selection).toBeNull();
  });

  it('says why a layer’s palette did not come, and shows it when asked again', async () => {
    let fails = true;
    const handlers = fakeLatentHandlers(hierarchy);
    const { session } = await openOn(hierarchy, {
      'studio.palette': (params, context) => {
        if (params.layer === 1 && fails) throw new AppError('ENGINE_LOST', 'It is gone.');
        return handlers['studio.palette']!(params, context);
      },
    });
    await session.chooseLayer(1);
    expect(session.paletteError?.message).toBe('It is gone.');
    expect(session.palette).toBeNull();
    fails = false;
    await session.chooseLayer(1);
    expect(session.paletteError).toBeNull();
    expect(session.palette?.layer).toBe(1);
  });
});

describe('a table with a vector', () => {
  const values = (fakeLatentOf(vector, 3) as { values: Float32Array }).values;
  const ready = async (more: FakeHandlers = {}) => {
    const table = await openOn(vector, more);
    await vi.waitFor(() => expect(table.session.dials).toHaveLength(32));
    return table;
  };

  it('has a dial for each component, that which varies most first, three deviations to each side', async () => {
    const { session } = await ready();
    const deviations = session.dials.map(({ deviation }) => deviation);
    expect(deviations).toEqual([...deviations].sort((a, b) => b - a));
    expect(session.dials[0]).toMatchObject({ component: 0, low: -6, high: 6 });
    expect(session.grid).toBeNull();
  });

  it('decodes what a dial is turned to; one drag is one step of the history', async () => {
    const { session, decodes } = await ready();
    for (const value of [0.5, 1, 1.5]) session.turn(4, value);
    session.release();
    session.turn(4, 2);
    await vi.waitFor(() => expect(session.latency).not.toBeNull());
    const { latent } = decodes().at(-1)!.params as { latent: { kind: string } };
    expect(latent.kind).toBe('vector');
    expect(session.vector![4]).toBe(2);
    session.undo();
    expect(session.vector![4]).toBe(1.5);
    session.undo();
    expect(session.vector).toEqual(values);
    expect(session.canUndo).toBe(false);
  });

  it('goes on with a new step after another dial was turned', async () => {
    const { session } = await ready();
    session.turn(1, 0.5);
    session.turn(2, 0.5);
    session.turn(1, 0.75);
    session.undo();
    expect(session.vector![1]).toBe(0.5);
  });

  it('puts back one component, or all', async () => {
    const { session } = await ready();
    session.turn(1, 5);
    session.turn(2, 5);
    session.resetComponent(1);
    expect(session.vector![1]).toBe(values[1]);
    expect(session.changes).toBe(1);
    session.reset();
    expect(session.vector).toEqual(values);
  });

  it('draws every component within its range, as one step', async () => {
    const { session } = await ready();
    let seed = 0;
    session.draw(() => ((seed = (seed * 16807 + 7) % 2147483647), (seed % 10_000) / 10_000));
    for (const { component, low, high } of session.dials) {
      expect(session.vector![component]).toBeGreaterThanOrEqual(Math.fround(low));
      expect(session.vector![component]).toBeLessThanOrEqual(Math.fround(high));
    }
    session.undo();
    expect(session.vector).toEqual(values);
  });

  it('takes the spread of the training pictures where none are held out', async () => {
    const handlers = fakeLatentHandlers(vector);
    const { session, fake } = await ready({
      'studio.vectors': (params, context) => {
        if (params.split === 'test') throw new AppError('BAD_REQUEST', 'No items.', '', { field: 'split' });
        return handlers['studio.vectors']!(params, context);
      },
    });
    expect(session.dialsError).toBeNull();
    expect(fake.asked.filter(({ method }) => method === 'studio.vectors')).toHaveLength(2);
  });

  it('says why the spread did not come, and can be asked again', async () => {
    let fails = true;
    const handlers = fakeLatentHandlers(vector);
    const { session } = await openOn(vector, {
      'studio.vectors': (params, context) => {
        if (fails) throw new AppError('ENGINE_LOST', 'It is gone.');
        return handlers['studio.vectors']!(params, context);
      },
    });
    await vi.waitFor(() => expect(session.dialsError?.message).toBe('It is gone.'));
    fails = false;
    await session.loadDials();
    expect(session.dialsError).toBeNull();
    expect(session.dials).toHaveLength(32);
  });
});

describe('edits across a reload', () => {
  const all = { row: 0, column: 0, toRow: 3, toColumn: 3 };
  const bytes = Uint8Array.of(9, 8, 7);
  const dropped = { kind: 'file' as const, name: 'cat.png', bytes };

  /** The page anew, over what the workspace kept. */
  async function anew(latent: LatentShape, kept: ReturnType<typeof fakeDocuments>, more: FakeHandlers = {}) {
    freshPage();
    const fake = fakeWorkbench({ ...fakeRunHandlers([]), ...fakeLatentHandlers(latent), ...kept.handlers, ...more });
    await useConnection().start(async () => fake.pipe);
    const session = useStudioSession();
    return { session, fake };
  }

  it.each([
    ['codes', hierarchy],
    ['a vector', vector],
  ] as const)('of %s come back with all that was undone and done', async (_, latent) => {
    const kept = fakeDocuments();
    const { session } = await openOn(latent, kept.handlers);
    const edits =
      latent.kind === 'vector'
        ? [() => session.turn(2, 0.625), () => session.turn(3, -0.5)]
        : [() => session.fillRegion(all), () => ((session.code += 1), session.fillAt({ row: 0, column: 0 }))];
    edits[0]!();
    edits[1]!();
    session.undo();
    const { changes } = session;
    expect(changes).toBeGreaterThan(0);
    await useDocuments().flush();
    const id = session.document!;
    expect(kept.ids('studio')).toEqual([id]);

    const { session: again } = await anew(latent, kept);
    await again.bringBack(id);
    expect(again.table?.source).toEqual(item(3));
    expect(again.changes).toBe(changes);
    expect(again.document).toBe(id);
    again.undo();
    expect(again.changes).toBe(0);
    again.redo();
    again.redo();
    expect(again.canRedo).toBe(false);
  });

  it('of a dropped file come back with its picture, and so does the file', async () => {
    const kept = fakeDocuments();
    const { session } = await openOn(hierarchy, kept.handlers);
    await session.openPicture('first', dropped);
    await useDocuments().flush();
    const id = session.document!;
    expect(kept.ids('picture')).toHaveLength(1);
    session.fillRegion(all);
    await useDocuments().flush();
    expect(kept.ids('picture')).toHaveLength(1);

    const { session: again } = await anew(hierarchy, kept);
    await again.bringBack(id);
    expect(again.table?.source).toEqual(dropped);
    expect(again.table?.original).not.toBeNull();
    expect(again.canUndo).toBe(true);
  });

  it('bring back the tools and the panel', async () => {
    const kept = fakeDocuments();
    const { session } = await openOn(hierarchy, kept.handlers);
    await session.chooseLayer(1);
    session.fillRegion(all);
    Object.assign(session, { tool: 'fill', brushSize: 3, panel: 'between', code: 17 });
    await nextTick();
    await useDocuments().flush();
    const { session: again } = await anew(hierarchy, kept);
    await again.bringBack(session.document!);
    expect(again).toMatchObject({ tool: 'fill', brushSize: 3, panel: 'between', code: 17, layer: 1 });
  });

  it('of a checkpoint that is gone are made again on the picture as the newest encodes it', async () => {
    const kept = fakeDocuments();
    const { session } = await openOn(hierarchy, kept.handlers);
    session.fillRegion(all);
    await useDocuments().flush();
    const id = session.document!;
    const value = kept.value('studio', id) as object;
    kept.put('studio', id, { ...value, weightsHash: 'others', step: 3 }, 'shoe 3', { run: 'first', edits: 1 });
    const { session: again } = await anew(hierarchy, kept);
    await again.bringBack(id);
    expect(again.error).toBeNull();
    expect(again.grid?.indices).toEqual(session.grid?.indices);
    again.undo();
    expect(again.changes).toBe(0);
  });

  it('that are no longer kept are told, and the table stays as it is', async () => {
    const { session } = await openOn(hierarchy, fakeDocuments().handlers);
    const { table } = session;
    await session.bringBack('gone');
    expect(session.error).toMatchObject({ code: 'NOT_FOUND' });
    expect(session.table).toBe(table);
  });

  it('are put aside for another picture, said and offered back', async () => {
    const kept = fakeDocuments();
    const { session } = await openOn(hierarchy, kept.handlers);
    session.fillRegion(all);
    const { document: id, changes } = session;
    const name = session.table!.name;
    await session.openPicture('first', item(4));
    expect(session.aside).toMatchObject({ id, title: name });
    expect(session).toMatchObject({ document: null, changes: 0 });
    await session.bringBack(id!);
    expect(session).toMatchObject({ document: id, changes, aside: null });
    expect(session.table?.source).toEqual(item(3));
  });

  it('are not made of a picture that nobody touched', async () => {
    const kept = fakeDocuments();
    const { session } = await openOn(hierarchy, kept.handlers);
    await session.openPicture('first', item(4));
    await useDocuments().flush();
    expect(kept.ids('studio')).toEqual([]);
    expect(session.aside).toBeNull();
  });

  it('stay one work by another checkpoint', async () => {
    const kept = fakeDocuments();
    const { session } = await openOn(hierarchy, kept.handlers);
    session.fillRegion(all);
    const { document: id } = session;
    await session.moveTo(500);
    await useDocuments().flush();
    expect(session).toMatchObject({ document: id, aside: null });
    expect(kept.ids('studio')).toEqual([id]);
  });

  it('that are thrown away take their file along, but not one that other work needs', async () => {
    const kept = fakeDocuments();
    const { session, fake } = await openOn(hierarchy, kept.handlers);
    kept.onChange((change) => fake.emit('documents.changed', change));
    await session.openPicture('first', dropped);
    await session.openPicture('first', item(3));
    await session.openPicture('first', dropped);
    await useDocuments().flush();
    await vi.waitFor(() => expect(session.recent).toHaveLength(2));
    await session.discard(session.recent[1]!);
    expect(kept.ids('picture')).toHaveLength(1);
    await vi.waitFor(() => expect(session.recent).toHaveLength(1));
    await session.discard(session.recent[0]!);
    expect(kept.ids('picture')).toEqual([]);
    expect(kept.ids('studio')).toEqual([]);
  });

  it('ask nobody whether to stay', async () => {
    const { session } = await openOn(hierarchy);
    session.fillRegion(all);
    const event = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(false);
  });
});
