import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MessagePipe } from '@shared/wire';
import { useConnection } from '@/stores/connection';
import { useDatasets } from '@/stores/datasets';
import { useEngine } from '@/stores/engine';
import { useRuns } from '@/stores/runs';
import { fakeDatasetHandlers } from '../../../support/fake-datasets';
import { fakePrior } from '../../../support/fake-priors';
import { fakeDataset, fakeRun, fakeRunHandlers } from '../../../support/fake-runs';
import { fakeWorkbench, pipePair, type FakeHandlers, type FakeWorkbench } from '../../../support/fake-workbench';

const handlers = (more: FakeHandlers = {}): FakeHandlers => ({
  ...fakeRunHandlers([fakeRun('first', 'running', 700)]),
  ...fakeDatasetHandlers([{ ...fakeDataset }]),
  ...more,
});

beforeEach(() => setActivePinia(createPinia()));
afterEach(() => vi.useRealTimers());

describe('the connection', () => {
  it('refuses a request in plain words while there is no workbench', async () => {
    await expect(useConnection().request('datasets.list', {})).rejects.toMatchObject({
      code: 'ENGINE_LOST',
      message: 'The connection to the workbench was lost.',
    });
  });

  it('knows its host once it is open', async () => {
    const connection = useConnection();
    expect(connection.state).toBe('connecting');
    await connection.start(async () => fakeWorkbench(handlers()).pipe);
    expect(connection.state).toBe('open');
    expect(connection.info?.host).toBe('browser');
  });

  it('connects again after it was lost, and fetches anew what was kept', async () => {
    vi.useFakeTimers();
    const connection = useConnection();
    const datasets = useDatasets();
    const pipes: [MessagePipe, MessagePipe][] = [];
    let names = ['one'];
    await connection.start(async () => {
      const pair = pipePair();
      pipes.push(pair);
      return fakeWorkbench(handlers({ 'datasets.list': () => names.map((name) => ({ ...fakeDataset, name })) }), pair)
        .pipe;
    });
    await vi.waitFor(() => expect(datasets.list.map(({ name }) => name)).toEqual(['one']));
    const open = connection.request('datasets.get', { dataset: 'shoes' }).then(
      () => 'answered',
      () => 'refused',
    );
    names = ['two'];
    pipes[0]![1].close();
    await vi.waitFor(() => expect(connection.state).toBe('lost'));
    expect(['answered', 'refused']).toContain(await open);
    await vi.advanceTimersByTimeAsync(1000);
    await vi.waitFor(() => expect(datasets.list.map(({ name }) => name)).toEqual(['two']));
    expect(connection.state).toBe('open');
    expect(pipes).toHaveLength(2);
  });

  it('answers later what was only read while there was no connection, and refuses what changes something', async () => {
    vi.useFakeTimers();
    const connection = useConnection();
    const fakes: FakeWorkbench[] = [];
    const early = connection.request('runs.log', { run: 'first' });
    await connection.start(async () => {
      fakes.push(fakeWorkbench(handlers({ 'runs.log': () => ({ text: `by ${fakes.length}` }) })));
      return fakes.at(-1)!.pipe;
    });
    expect(await early).toEqual({ text: 'by 1' });
    fakes[0]!.pipe.close();
    await vi.waitFor(() => expect(connection.state).toBe('lost'));
    const controller = new AbortController();
    const asked = connection.request('runs.log', { run: 'first' });
    const givenUp = connection.request('runs.usage', { run: 'first' }, { signal: controller.signal });
    await expect(connection.request('runs.continue', { run: 'first' })).rejects.toMatchObject({ code: 'ENGINE_LOST' });
    controller.abort();
    await expect(givenUp).rejects.toMatchObject({ code: 'CANCELLED' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(await asked).toEqual({ text: 'by 2' });
    expect(fakes[1]!.asked.map(({ method }) => method)).not.toContain('runs.usage');
    expect(fakes[1]!.asked.map(({ method }) => method)).not.toContain('runs.continue');
  });

  it('asks once more what was on its way when it was lost, but nothing that changes something', async () => {
    vi.useFakeTimers();
    const connection = useConnection();
    const fakes: FakeWorkbench[] = [];
    const never = () => new Promise<never>(() => undefined);
    await connection.start(async () => {
      const answers: FakeHandlers =
        fakes.length === 0 ? { 'runs.log': never } : { 'runs.log': () => ({ text: 'log' }) };
      fakes.push(fakeWorkbench(handlers({ ...answers, 'runs.remove': never })));
      return fakes.at(-1)!.pipe;
    });
    const read = connection.request('runs.log', { run: 'first' });
    const change = connection.request('runs.remove', { run: 'first' });
    const refused = expect(change).rejects.toMatchObject({ code: 'ENGINE_LOST' });
    await vi.waitFor(() => expect(fakes[0]!.asked.map(({ method }) => method)).toContain('runs.remove'));
    fakes[0]!.pipe.close();
    await refused;
    await vi.advanceTimersByTimeAsync(1000);
    expect(await read).toEqual({ text: 'log' });
    expect(fakes[1]!.asked.map(({ method }) => method)).not.toContain('runs.remove');
  });

  it('closes a pipe whose other end does not answer as a workbench does', async () => {
    vi.useFakeTimers();
    const connection = useConnection();
    const [ours, theirs] = pipePair();
    const closed = vi.fn();
    theirs.onClose(closed);
    await connection.start(async () => fakeWorkbench({}, [ours, theirs]).pipe);
    expect(connection.state).toBe('lost');
    expect(closed).toHaveBeenCalled();
  });

  it('says so where the workbench is there but takes this page’s key no longer', async () => {
    const ask = vi.fn(() => Promise.resolve({ status: 401 }));
    vi.stubGlobal('fetch', ask);
    try {
      const connection = useConnection();
      await connection.start(() => Promise.reject(new Error('401')));
      expect(connection.isRefused).toBe(true);
      ask.mockRejectedValue(new TypeError('nobody listens'));
      await connection.start(() => Promise.reject(new Error('closed')));
      expect(connection.isRefused).toBe(false);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('no longer calls whoever has stopped listening', async () => {
    const connection = useConnection();
    const [kept, gone] = [vi.fn(), vi.fn()];
    connection.onOpen(kept);
    connection.onOpen(gone)();
    await connection.start(async () => fakeWorkbench(handlers()).pipe);
    expect([kept.mock.calls.length, gone.mock.calls.length]).toEqual([1, 0]);
  });
});

describe('the datasets', () => {
  it('keep a failure to show beside what there was', async () => {
    const datasets = useDatasets();
    await useConnection().start(
      async () =>
        fakeWorkbench(handlers({ 'datasets.list': () => Promise.reject(new Error('The disk is gone.')) })).pipe,
    );
    await vi.waitFor(() => expect(datasets.error?.message).toBe('The disk is gone.'));
    expect(datasets.loaded).toBe(true);
  });

  it('follow what another window changes', async () => {
    const list = [{ ...fakeDataset }];
    const datasets = useDatasets();
    const fake = fakeWorkbench(handlers({ 'datasets.list': () => list }));
    await useConnection().start(async () => fake.pipe);
    await vi.waitFor(() => expect(datasets.list).toHaveLength(1));
    list.push({ ...fakeDataset, id: 'more' });
    fake.emit('datasets.changed', { dataset: 'more' });
    await vi.waitFor(() => expect(datasets.find('more')?.id).toBe('more'));
  });
});

describe('the runs', () => {
  it('are sorted newest first and follow events', async () => {
    const runs = useRuns();
    const fake = fakeWorkbench(handlers());
    await useConnection().start(async () => fake.pipe);
    await vi.waitFor(() => expect(runs.list.map(({ id }) => id)).toEqual(['first']));
    fake.emit('runs.changed', fakeRun('newer', 'running', 5, { createdAt: '2026-02-01T00:00:00.000Z' }));
    await vi.waitFor(() => expect(runs.list.map(({ id }) => id)).toEqual(['newer', 'first']));
    expect(runs.active).toHaveLength(2);
    fake.emit('runs.removed', { run: 'first' });
    await vi.waitFor(() => expect(runs.find('first')).toBeNull());
  });

  it('tell autoencoders from priors', async () => {
    const old = fakeRun('old', 'finished', 1000);
    const teacher = fakeRun('teacher', 'finished', 1000, { createdAt: '2026-01-04T00:00:00.000Z' });
    const fresh = fakeRun('fresh', 'starting', 0);
    const prior = fakePrior('prior', old);
    const fake = fakeWorkbench(fakeRunHandlers([old, teacher, fresh, prior]));
    await useConnection().start(async () => fake.pipe);
    const runs = useRuns();
    await vi.waitFor(() => expect(runs.loaded).toBe(true));
    expect(runs.autoencoders.map(({ id }) => id).sort()).toEqual(['old', 'teacher']);
    expect(runs.priors.map(({ id }) => id)).toEqual(['prior']);
  });

  it('hold an incident once, until somebody dismisses it', async () => {
    const runs = useRuns();
    const fake = fakeWorkbench(handlers({ 'runs.dismiss': () => ({}) }));
    await useConnection().start(async () => fake.pipe);
    const incident = {
      id: 'i',
      kind: 'lost' as const,
      role: 'trainer' as const,
      run: 'first',
      message: 'It ended.',
      hint: '',
      step: 500,
      atStep: 620,
      logTail: '',
      at: '',
    };
    fake.emit('runs.incident', incident);
    fake.emit('runs.incident', { ...incident, message: 'It ended again.' });
    await vi.waitFor(() => expect(runs.incidents.map(({ message }) => message)).toEqual(['It ended again.']));
    await runs.dismiss('i');
    expect(runs.incidents).toEqual([]);
  });
});

describe('the engine', () => {
  it('is not called ready while there is no connection to ask it over', async () => {
    const [engine, connection] = [useEngine(), useConnection()];
    expect(engine.health).toBe('starting');
    const pair = pipePair();
    await connection.start(async () => fakeWorkbench(handlers(), pair).pipe);
    await vi.waitFor(() => expect(engine.health).toBe('ready'));
    pair[1].close();
    await vi.waitFor(() => expect(engine.health).toBe('lost'));
  });

  it('is as well as the worst of it', async () => {
    const engine = useEngine();
    const fake = fakeWorkbench(handlers());
    await useConnection().start(async () => fake.pipe);
    await vi.waitFor(() => expect(engine.report?.ok).toBe(true));
    expect(engine.health).toBe('ready');
    const status = { role: 'studio' as const, run: null, state: 'starting' as const, pid: null, restarts: 0 };
    fake.emit('engine.status', status);
    await vi.waitFor(() => expect(engine.health).toBe('starting'));
    fake.emit('engine.status', { ...status, state: 'failed' });
    await vi.waitFor(() => expect(engine.health).toBe('failed'));
    expect(engine.processes).toHaveLength(1);
  });

  it('needs attention while TensorFlow is not set up', async () => {
    const engine = useEngine();
    const report = await fakeRunHandlers([])['engine.doctor']!(
      {},
      { signal: new AbortController().signal, progress: () => undefined },
    );
    await useConnection().start(
      async () => fakeWorkbench(handlers({ 'engine.doctor': () => ({ ...report, ok: false, engine: null }) })).pipe,
    );
    await vi.waitFor(() => expect(engine.health).toBe('problem'));
  });
});
