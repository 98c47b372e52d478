import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope } from 'vue';
import { AppError } from '@shared/errors';
import type { MessagePipe } from '@shared/wire';
import { useConnection } from '@/stores/connection';
import { newDocumentId, useDocument, useDocumentList, useDocuments } from '@/stores/documents';
import { fakeDocuments } from '../../support/fake-documents';
import { fakeWorkbench, pipePair } from '../../support/fake-workbench';

const info = { 'app.info': () => ({ version: '1', host: 'browser' as const, workspace: '/w', platform: 'linux' }) };

beforeEach(() => setActivePinia(createPinia()));

async function open(kept = fakeDocuments()) {
  const fake = fakeWorkbench({ ...info, ...kept.handlers });
  kept.onChange((change) => fake.emit('documents.changed', change));
  await useConnection().start(async () => fake.pipe);
  return { fake, kept };
}

describe('a document of the page', () => {
  it('is read once the workbench is there, and null where there is none', async () => {
    const kept = fakeDocuments();
    kept.put('current-model', 'current', { run: 'a-run' });
    const model = useDocument('current-model', 'current');
    const other = useDocument('current-model', 'other');
    expect(model.loaded.value).toBe(false);
    await open(kept);
    await vi.waitFor(() => expect(model.loaded.value && other.loaded.value).toBe(true));
    expect(model.value.value).toEqual({ run: 'a-run' });
    expect(other.value.value).toBeNull();
  });

  it('is written at once, and while it changes all the time only its newest value follows', async () => {
    const { fake, kept } = await open();
    const model = useDocument('current-model', 'current');
    await vi.waitFor(() => expect(model.loaded.value).toBe(true));
    for (const run of ['one', 'two', 'three']) model.save({ run }, { title: run });
    await useDocuments().flush();
    await vi.waitFor(() => expect(kept.value('current-model', 'current')).toEqual({ run: 'three' }));
    const written = fake.asked.filter(({ method }) => method === 'documents.write');
    expect(written.map(({ params }) => (params as { title: string }).title)).toEqual(['one', 'three']);
    expect(model.value.value).toEqual({ run: 'three' });
  });

  it('follows what another tab writes, and is not read again for its own writes', async () => {
    const { fake, kept } = await open();
    const model = useDocument('current-model', 'current');
    await vi.waitFor(() => expect(model.loaded.value).toBe(true));
    model.save({ run: 'mine' }, { title: '' });
    await vi.waitFor(() => expect(kept.value('current-model', 'current')).toEqual({ run: 'mine' }));
    kept.put('current-model', 'current', { run: 'theirs' });
    await vi.waitFor(() => expect(model.value.value).toEqual({ run: 'theirs' }));
    expect(fake.asked.filter(({ method }) => method === 'documents.read')).toHaveLength(2);
  });

  it('that changed while the workbench was away is written once it is back', async () => {
    vi.useFakeTimers();
    try {
      const kept = fakeDocuments();
      const pipes: [MessagePipe, MessagePipe][] = [];
      const connection = useConnection();
      await connection.start(async () => {
        const pair = pipePair();
        pipes.push(pair);
        return fakeWorkbench({ ...info, ...kept.handlers }, pair).pipe;
      });
      const model = useDocument('current-model', 'current');
      await vi.waitFor(() => expect(model.loaded.value).toBe(true));
      pipes[0]![1].close();
      await vi.waitFor(() => expect(connection.state).toBe('lost'));
      model.save({ run: 'offline' }, { title: '' });
      await useDocuments().flush();
      expect(kept.value('current-model', 'current')).toBeNull();
      await vi.advanceTimersByTimeAsync(1000);
      await vi.waitFor(() => expect(kept.value('current-model', 'current')).toEqual({ run: 'offline' }));
      expect(model.value.value).toEqual({ run: 'offline' });
      expect(useDocuments().refusal).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });

  it('of which several changes were on their way when the workbench went has the newest once it is back', async () => {
    vi.useFakeTimers();
    try {
      const kept = fakeDocuments();
      const pipes: [MessagePipe, MessagePipe][] = [];
      const never = { 'documents.write': () => new Promise<never>(() => undefined) };
      await useConnection().start(async () => {
        const pair = pipePair();
        pipes.push(pair);
        return fakeWorkbench({ ...info, ...kept.handlers, ...(pipes.length === 1 ? never : {}) }, pair).pipe;
      });
      const documents = useDocuments();
      for (const run of ['older', 'newer']) {
        documents.write('current-model', 'current', { title: run }, { run });
        await vi.advanceTimersByTimeAsync(300);
      }
      pipes[0]![1].close();
      await vi.waitFor(() => expect(useConnection().state).toBe('lost'));
      await vi.advanceTimersByTimeAsync(1000);
      await vi.waitFor(() => expect(kept.value('current-model', 'current')).toEqual({ run: 'newer' }));
    } finally {
      vi.useRealTimers();
    }
  });

  it('that changes while it is read keeps the change', async () => {
    const kept = fakeDocuments();
    kept.put('current-model', 'current', { run: 'old' });
    let answer = (): void => undefined;
    const read = kept.handlers['documents.read']!;
    const fake = fakeWorkbench({
      ...info,
      ...kept.handlers,
      'documents.read': async (params, context) => {
        const found = await read(params, context);
        await new Promise<void>((resolve) => (answer = resolve));
        return found;
      },
    });
    await useConnection().start(async () => fake.pipe);
    const model = useDocument('current-model', 'current');
    await vi.waitFor(() => expect(fake.asked.some(({ method }) => method === 'documents.read')).toBe(true));
    model.save({ run: 'mine' }, { title: '' });
    await vi.waitFor(() => expect(kept.value('current-model', 'current')).toEqual({ run: 'mine' }));
    answer();
    await vi.waitFor(() => expect(model.loaded.value).toBe(true));
    expect(model.value.value).toEqual({ run: 'mine' });
  });

  it('that may not be written stays on the page, which says why', async () => {
    const kept = fakeDocuments();
    kept.refuse(new AppError('DENIED', 'The workspace is read-only.'));
    await open(kept);
    const model = useDocument('current-model', 'current');
    await vi.waitFor(() => expect(model.loaded.value).toBe(true));
    model.save({ run: 'mine' }, { title: '' });
    await vi.waitFor(() => expect(useDocuments().refusal).toMatchObject({ code: 'DENIED' }));
    expect(model.value.value).toEqual({ run: 'mine' });
    kept.refuse(null);
    model.save({ run: 'later' }, { title: '' });
    await useDocuments().flush();
    expect(useDocuments().refusal).toBeNull();
  });

  it('is let go with its scope', async () => {
    const { kept } = await open();
    const scope = effectScope();
    const model = scope.run(() => useDocument('current-model', 'current'))!;
    await vi.waitFor(() => expect(model.loaded.value).toBe(true));
    scope.stop();
    const live = useDocument('current-model', 'current');
    kept.put('current-model', 'current', { run: 'theirs' });
    await vi.waitFor(() => expect(live.value.value).toEqual({ run: 'theirs' }));
    expect(model.value.value).toBeNull();
  });

  it('is listed with the others of its kind, the newest first, as they come and go', async () => {
    const { kept } = await open();
    const { list, loaded } = useDocumentList('draft');
    await vi.waitFor(() => expect(loaded.value).toBe(true));
    const value = { spec: '{}', name: '', begin: null };
    const documents = useDocuments();
    documents.write('draft', 'one', { title: 'first' }, value);
    await vi.waitFor(() => expect(list.value.map(({ title }) => title)).toEqual(['first']));
    kept.put('draft', 'two', value, 'second');
    await vi.waitFor(() => expect(list.value.map(({ title }) => title)).toEqual(['second', 'first']));
    await documents.remove('draft', 'one');
    await vi.waitFor(() => expect(list.value.map(({ title }) => title)).toEqual(['second']));
  });

  it('gets a name that the workspace takes, never twice the same', () => {
    const names = new Set(Array.from({ length: 1000 }, newDocumentId));
    expect(names.size).toBe(1000);
    for (const name of names) expect(name).toMatch(/^[a-z0-9][a-z0-9-]{0,120}$/);
  });
});
