import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { briskPolicy, importDataset, next, openBench, specOn, type Bench, type Script } from '../../support/workbench';

const benches: Bench[] = [];
async function open(script: Script = {}, options: Parameters<typeof openBench>[1] = {}): Promise<Bench> {
  const bench = await openBench(script, options);
  benches.push(bench);
  return bench;
}
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close();
});

const ofStatus =
  (...statuses: string[]) =>
  ({ status }: { status: string }) =>
    statuses.includes(status);

describe('a run', () => {
  test('trains to its end, and its metrics, checkpoints and summary can be read', async () => {
    const bench = await open();
    const dataset = await importDataset(bench);
    const finished = next(bench.page, 'runs.changed', (run) => run.status === 'finished' && !run.active);
    const rows = next(bench.page, 'runs.metrics');
    const started = await bench.page.request('runs.start', { spec: specOn(dataset, 12), name: 'First' });
    expect(started).toMatchObject({
      id: 'first',
      name: 'First',
      datasetName: 'Pets',
      active: true,
      signal: { kind: 'picture', height: 16, width: 16, channels: 1 },
    });
    expect((await rows).run).toBe('first');
    expect(await finished).toMatchObject({ step: 12, checkpoints: [5, 10, 12], best: 5, latest: { step: 12 } });
    const metrics = await bench.page.request('runs.metrics', { run: 'first', after: 9 });
    expect([...metrics.step]).toEqual([10, 11, 12]);
    expect(metrics.series.loss![0]).toBeCloseTo(0.1);
    expect((await bench.page.request('runs.log', { run: 'first' })).text).toContain('fake trainer at work');
    expect(await bench.page.request('runs.list', {})).toHaveLength(1);
  });

  test('pauses, goes on, and stops with a checkpoint', async () => {
    const bench = await open();
    const dataset = await importDataset(bench);
    const running = next(bench.page, 'runs.changed', ({ latest }) => (latest?.step ?? 0) > 2);
    const { id: run } = await bench.page.request('runs.start', { spec: specOn(dataset, 1_000_000) });
    await running;
    const paused = await bench.page.request('runs.pause', { run });
    expect(paused).toMatchObject({ status: 'paused', active: true });
    await expect(bench.page.request('runs.pause', { run })).rejects.toMatchObject({ code: 'CONFLICT' });
    const further = next(bench.page, 'runs.metrics', ({ metrics }) => metrics.step.at(-1)! > paused.step);
    expect(await bench.page.request('runs.continue', { run })).toMatchObject({ status: 'running' });
    await further;
    const stopped = await bench.page.request('runs.stop', { run });
    expect(stopped).toMatchObject({ status: 'stopped', active: false, failure: null });
    expect(stopped.checkpoints.at(-1)).toBe(stopped.step);
    await expect(bench.page.request('runs.stop', { run })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('whose trainer is killed becomes interrupted with an incident, and continues from its newest checkpoint', async () => {
    const bench = await open({ trainer: { crashAt: 8 } });
    const dataset = await importDataset(bench);
    const incident = next(bench.page, 'runs.incident');
    const interrupted = next(bench.page, 'runs.changed', ofStatus('interrupted'));
    const { id: run } = await bench.page.request('runs.start', { spec: specOn(dataset, 12) });
    expect(await interrupted).toMatchObject({
      active: false,
      step: 8,
      checkpoints: [5],
      failure: { code: 'ENGINE_LOST' },
    });
    expect(await incident).toMatchObject({
      role: 'trainer',
      run,
      step: 5,
      message: 'Training stopped unexpectedly at step 8; continue from step 5.',
      logTail: expect.stringContaining('out of luck') as string,
    });
    expect(await bench.page.request('runs.incidents', {})).toHaveLength(1);
    const finished = next(bench.page, 'runs.changed', ofStatus('finished'));
    await bench.page.request('runs.continue', { run });
    expect(await finished).toMatchObject({ step: 12, failure: null });
    expect(await bench.page.request('runs.incidents', {})).toHaveLength(0);
    // steps 6 to 8 ran twice and are there once
    const { step } = await bench.page.request('runs.metrics', { run });
    expect([...step]).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  });

  test('whose trainer hangs is ended by the heartbeat', async () => {
    const policy = { ...briskPolicy, trainer: { ...briskPolicy.trainer, pingDeadline: 300 } };
    const bench = await open({ trainer: { hangAt: 6 } }, { policy });
    const dataset = await importDataset(bench);
    const interrupted = next(bench.page, 'runs.changed', ofStatus('interrupted'));
    await bench.page.request('runs.start', { spec: specOn(dataset, 12) });
    expect((await interrupted).failure!.hint).toContain('did not answer');
  });

  test('whose trainer ignores stop and SIGTERM is killed after the deadlines', async () => {
    const policy = { ...briskPolicy, trainer: { ...briskPolicy.trainer, stop: 100, terminate: 100 } };
    const bench = await open({ trainer: { stop: 'ignore', terminate: 'ignore' } }, { policy });
    const dataset = await importDataset(bench);
    const running = next(bench.page, 'runs.changed', ({ latest }) => latest !== null);
    const { id: run } = await bench.page.request('runs.start', { spec: specOn(dataset, 1_000_000) });
    await running;
    expect(await bench.page.request('runs.stop', { run })).toMatchObject({ status: 'interrupted', active: false });
  });

  test('that meets NaN fails with the engine’s words, and without an incident', async () => {
    const bench = await open({ trainer: { notFiniteAt: 3 } });
    const dataset = await importDataset(bench);
    const failed = next(bench.page, 'runs.changed', (run) => run.status === 'failed' && !run.active);
    await bench.page.request('runs.start', { spec: specOn(dataset, 12) });
    expect((await failed).failure).toEqual({ code: 'NOT_FINITE', message: 'loss is NaN', hint: 'lower it' });
    expect(await bench.page.request('runs.incidents', {})).toHaveLength(0);
  });

  test('that the engine would refuse is refused at once, by its field, and leaves nothing behind', async () => {
    const bench = await open({ studio: { refuse: 'model.codes' } });
    const dataset = await importDataset(bench);
    await expect(bench.page.request('runs.start', { spec: specOn(dataset, 12) })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      field: 'model.codes',
    });
    expect(readdirSync(bench.at('runs'))).toEqual([]);
    expect(await bench.page.request('runs.list', {})).toEqual([]);
  });

  test('on a dataset with nothing to train on is refused', async () => {
    const bench = await open({ library: { heldOut: 'all' } });
    const dataset = await importDataset(bench);
    await expect(bench.page.request('runs.start', { spec: specOn(dataset, 12) })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      field: 'dataset',
    });
    expect(readdirSync(bench.at('runs'))).toEqual([]);
  });

  test('whose newest checkpoint its trainer could not read tells so, and trains on', async () => {
    const message = 'checkpoints/10/weights.safetensors is damaged.';
    const bench = await open({ trainer: { damaged: { step: 10, instead: 5, message } } });
    const dataset = await importDataset(bench);
    const incident = next(bench.page, 'runs.incident');
    const finished = next(bench.page, 'runs.changed', ofStatus('finished'));
    const { id: run } = await bench.page.request('runs.start', { spec: specOn(dataset, 6) });
    expect(await incident).toMatchObject({ kind: 'damaged', role: 'trainer', run, message, atStep: 10, step: 5 });
    await finished;
    expect(await bench.page.request('runs.incidents', {})).toHaveLength(1);
  });

  test('that the engine refuses fails with the reason', async () => {
    const bench = await open({ trainer: { refuse: 'ENGINE_NOT_SET_UP' } });
    const dataset = await importDataset(bench);
    const failed = next(bench.page, 'runs.changed', ofStatus('failed'));
    await bench.page.request('runs.start', { spec: specOn(dataset, 12) });
    expect((await failed).failure).toMatchObject({ code: 'ENGINE_NOT_SET_UP' });
  });

  test('waits while another trains, and starts when that one pauses', async () => {
    const bench = await open();
    const dataset = await importDataset(bench);
    const running = next(bench.page, 'runs.changed', ({ id, latest }) => id === 'one' && latest !== null);
    await bench.page.request('runs.start', { spec: specOn(dataset, 1_000_000), name: 'one' });
    expect(await bench.page.request('runs.start', { spec: specOn(dataset, 4), name: 'two' })).toMatchObject({
      status: 'queued',
      active: true,
    });
    await running;
    const finished = next(bench.page, 'runs.changed', ({ id, status }) => id === 'two' && status === 'finished');
    await bench.page.request('runs.pause', { run: 'one' });
    await finished;
    expect(await bench.page.request('runs.stop', { run: 'one' })).toMatchObject({ status: 'stopped' });
  });

  test('that waits can be taken out of the queue', async () => {
    const bench = await open();
    const dataset = await importDataset(bench);
    await bench.page.request('runs.start', { spec: specOn(dataset, 1_000_000), name: 'one' });
    await bench.page.request('runs.start', { spec: specOn(dataset, 4), name: 'two' });
    expect(await bench.page.request('runs.stop', { run: 'two' })).toMatchObject({
      status: 'stopped',
      step: 0,
      active: false,
    });
  });

  test('that finished goes on only with more steps', async () => {
    const bench = await open();
    const dataset = await importDataset(bench);
    const finished = next(bench.page, 'runs.changed', (run) => run.status === 'finished' && !run.active);
    const { id: run } = await bench.page.request('runs.start', { spec: specOn(dataset, 6) });
    await finished;
    await expect(bench.page.request('runs.continue', { run })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(bench.page.request('runs.continue', { run, steps: 6 })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      field: 'steps',
    });
    const again = next(
      bench.page,
      'runs.changed',
      ({ status, step, active }) => status === 'finished' && step === 9 && !active,
    );
    await bench.page.request('runs.continue', { run, steps: 9 });
    expect((await again).spec.training.steps).toBe(9);
  });

  test('is stopped with a checkpoint when the workbench closes', async () => {
    const bench = await open();
    const dataset = await importDataset(bench);
    const running = next(bench.page, 'runs.changed', ({ latest }) => latest !== null);
    const { id: run } = await bench.page.request('runs.start', { spec: specOn(dataset, 1_000_000) });
    await running;
    await bench.workbench.close();
    const manifest = JSON.parse(readFileSync(bench.at('runs', run, 'status.json'), 'utf8')) as {
      status: string;
      step: number;
    };
    expect(manifest.status).toBe('stopped');
    expect(existsSync(bench.at('runs', run, 'checkpoints', String(manifest.step), 'state.json'))).toBe(true);
  });

  test('that a reboot interrupted is found so at the next start', async () => {
    const bench = await open();
    const dataset = await importDataset(bench);
    const finished = next(bench.page, 'runs.changed', (run) => run.status === 'finished' && !run.active);
    const { id: run } = await bench.page.request('runs.start', { spec: specOn(dataset, 6) });
    await finished;
    await bench.workbench.close();
    const file = bench.at('runs', run, 'status.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"finished"', '"running"'));
    writeFileSync(bench.at('runs', run, 'trainer.lock'), '999999999');
    const later = await open({}, { folder: bench.folder, hosting: true });
    expect(await later.page.request('runs.get', { run })).toMatchObject({ status: 'interrupted', active: false });
    expect(await later.page.request('runs.incidents', {})).toMatchObject([{ run, step: 6, atStep: 6 }]);
  });

  test('keeps its last incident for a workbench that starts later, until somebody dismisses it', async () => {
    const bench = await open({ trainer: { crashAt: 8 } });
    const dataset = await importDataset(bench);
    const reported = next(bench.page, 'runs.incident');
    const { id: run } = await bench.page.request('runs.start', { spec: specOn(dataset, 12) });
    const incident = await reported;
    expect(incident).toMatchObject({ run, kind: 'lost', step: 5, atStep: 8 });
    await bench.workbench.close();

    const later = await open({}, { folder: bench.folder, hosting: true });
    expect(await later.page.request('runs.incidents', {})).toEqual([incident]);
    await later.page.request('runs.dismiss', { incident: incident.id });
    await expect(later.page.request('runs.dismiss', { incident: incident.id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await later.workbench.close();
    const latest = await open({}, { folder: bench.folder, hosting: true });
    expect(await latest.page.request('runs.incidents', {})).toEqual([]);
  });

  test('that another process trains is shown as active and left alone', async () => {
    const bench = await open();
    const dataset = await importDataset(bench);
    const finished = next(bench.page, 'runs.changed', (run) => run.status === 'finished' && !run.active);
    const { id: run } = await bench.page.request('runs.start', { spec: specOn(dataset, 6) });
    await finished;
    const file = bench.at('runs', run, 'status.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"finished"', '"running"'));
    writeFileSync(bench.at('runs', run, 'trainer.lock'), String(process.ppid));
    expect(await bench.page.request('runs.get', { run })).toMatchObject({ status: 'running', active: true });
    for (const method of ['runs.stop', 'runs.pause', 'runs.continue', 'runs.remove'] as const) {
      await expect(bench.page.request(method, { run })).rejects.toMatchObject({ code: 'CONFLICT' });
    }
  });

  test('that a command beside the host trains is told to the host’s pages', async () => {
    const host = await open({}, { hosting: true });
    const command = await open({}, { folder: host.folder });
    const dataset = await importDataset(command);
    const seen = next(host.page, 'runs.changed', ({ active, status }) => active && status === 'running');
    const updated = next(host.page, 'studio.updated');
    const { id: run } = await command.page.request('runs.start', { spec: specOn(dataset, 1_000_000) });
    expect((await seen).id).toBe(run);
    expect((await updated).run).toBe(run);
    const stopped = next(host.page, 'runs.changed', ofStatus('stopped'));
    await command.page.request('runs.stop', { run });
    const ended = await stopped;
    expect(ended).toMatchObject({ id: run, active: false });
    const { step } = await host.page.request('runs.metrics', { run });
    expect([...step]).toEqual(Array.from({ length: ended.step }, (_, i) => i + 1));
  });

  test('and the datasets that it imports, renames and removes as well', async () => {
    const host = await open({}, { hosting: true });
    const command = await open({}, { folder: host.folder });
    const listed = async () => (await host.page.request('datasets.list', {})).map(({ id, name }) => [id, name]);
    const imported = next(host.page, 'datasets.changed');
    const dataset = await importDataset(command);
    expect(await imported).toEqual({ dataset });
    expect(await listed()).toEqual([[dataset, 'Pets']]);
    const renamed = next(host.page, 'datasets.changed');
    await command.page.request('datasets.rename', { dataset, name: 'Beasts' });
    expect(await renamed).toEqual({ dataset });
    expect(await listed()).toEqual([[dataset, 'Beasts']]);
    const removed = next(host.page, 'datasets.changed');
    await command.page.request('datasets.remove', { dataset });
    expect(await removed).toEqual({ dataset });
    expect(await listed()).toEqual([]);
  });

  test('is renamed, noted, removed into the bin and brought back; not while it trains', async () => {
    const bench = await open();
    const dataset = await importDataset(bench);
    const running = next(bench.page, 'runs.changed', ({ latest }) => latest !== null);
    const { id: run } = await bench.page.request('runs.start', { spec: specOn(dataset, 1_000_000) });
    await running;
    await expect(bench.page.request('runs.remove', { run })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(bench.page.request('datasets.remove', { dataset })).rejects.toMatchObject({ code: 'CONFLICT' });
    await bench.page.request('runs.stop', { run });
    expect(await bench.page.request('runs.update', { run, name: 'Better', tags: ['a'], starred: true })).toMatchObject({
      name: 'Better',
      tags: ['a'],
      starred: true,
      note: '',
      status: 'stopped',
    });
    const removed = next(bench.page, 'runs.removed');
    await bench.page.request('runs.remove', { run });
    expect(await removed).toEqual({ run });
    await expect(bench.page.request('runs.get', { run })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await bench.page.request('runs.restore', { run })).toMatchObject({ name: 'Better' });
  });
});
