import { describe, expect, it, vi } from 'vitest';
import { AppError } from '@shared/errors';
import { layerCodes, layersOf, type LatentShape } from '@shared/specs';
import { useConnection } from '@/stores/connection';

import { fakeLatentHandlers, fakeLatentOf, hierarchy, vector } from '../../../support/fake-latents';
import { fakeRunHandlers } from '../../../support/fake-runs';
import { lastLatent, openOn } from '../../../support/studio-session';
import { fakeWorkbench, type FakeHandlers } from '../../../support/fake-workbench';

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
