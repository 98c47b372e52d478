import { describe, expect, it, vi } from 'vitest';
import { type LatentShape } from '@shared/specs';
import { useConnection } from '@/stores/connection';
import { useDocuments } from '@/stores/documents';
import { useStudioSession } from '@/stores/studio';
import { fakeDocuments } from '../../../support/fake-documents';
import { fakeLatentHandlers, hierarchy, vector } from '../../../support/fake-latents';
import { fakeRunHandlers } from '../../../support/fake-runs';
import { freshPage, item, openOn } from '../../../support/studio-session';
import { fakeWorkbench, type FakeHandlers } from '../../../support/fake-workbench';

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

  it.each([
    ['codes', hierarchy],
    ['a vector', vector],
  ] as const)('of %s stay single steps when other weights encode the picture', async (_, latent) => {
    const kept = fakeDocuments();
    const { session } = await openOn(latent, kept.handlers);
    const edits =
      latent.kind === 'vector'
        ? [2, 3, 4].map((component) => () => session.turn(component, 3))
        : [0, 1, 2].map((column) => () => {
            session.code = (session.grid!.indices[column]! + 1) % 16;
            session.fillRegion({ row: 0, column, toRow: 0, toColumn: column });
          });
    for (const edit of edits) edit();
    session.undo();
    expect(session.changes).toBe(2);
    await useDocuments().flush();
    const id = session.document!;
    const value = kept.value('studio', id) as object;
    kept.put('studio', id, { ...value, weightsHash: 'others', step: 3 }, 'shoe 3', { run: 'first', edits: 2 });
    const encode = fakeLatentHandlers(latent)['studio.encode']!;
    const { session: again } = await anew(latent, kept, {
      // every number of the new encoding is another
      'studio.encode': async (params, ...rest) => encode({ ...params, picture: item(4) }, ...rest),
    });
    await again.bringBack(id);
    expect(again.error).toBeNull();
    const counted = [again.changes];
    const travel = (way: () => void): void => (way(), void counted.push(again.changes));
    travel(again.redo);
    expect(again.canRedo).toBe(false);
    travel(again.undo);
    travel(again.undo);
    travel(again.undo);
    expect(again.canUndo).toBe(false);
    expect(counted).toEqual([2, 3, 2, 1, 0]);
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
    session.code += 1;
    session.fillAt({ row: 0, column: 0 });
    const { changes } = session;
    session.undo();
    await session.moveTo(500);
    await useDocuments().flush();
    expect(session).toMatchObject({ document: id, aside: null, canUndo: true, canRedo: true });
    session.redo();
    expect(session.changes).toBe(changes);
    expect(session.canRedo).toBe(false);
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
