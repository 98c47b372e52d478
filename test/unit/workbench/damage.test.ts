import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { importDataset, next, openBench, specOn, type Bench, type Script } from '../../support/workbench';

const benches: Bench[] = [];
async function open(script: Script = {}, options: Parameters<typeof openBench>[1] = {}): Promise<Bench> {
  const bench = await openBench(script, options);
  benches.push(bench);
  return bench;
}
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close();
});

/** A finished run of 6 steps. */
async function finishedRun(bench: Bench, name: string): Promise<string> {
  const dataset = (await bench.page.request('datasets.list', {}))[0]?.id ?? (await importDataset(bench));
  const finished = next(
    bench.page,
    'runs.changed',
    (run) => run.name === name && run.status === 'finished' && !run.active,
  );
  const { id } = await bench.page.request('runs.start', { spec: specOn(dataset, 6), name });
  await finished;
  return id;
}

/** A run in training that has made some steps. */
async function trainingRun(bench: Bench): Promise<string> {
  const dataset = await importDataset(bench);
  const trains = next(bench.page, 'runs.changed', ({ latest }) => (latest?.step ?? 0) > 6);
  const { id } = await bench.page.request('runs.start', { spec: specOn(dataset, 1_000_000), name: 'training' });
  await trains;
  return id;
}

/** Writes zeros over a file from `from` on; it keeps its inode, as it does on a disk that fails. */
function zero(file: string, from: number, bytes: number): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(bytes), 0, bytes, from);
  closeSync(descriptor);
}

describe('a run whose run.json can’t be read', () => {
  test('is listed as damaged, with its file, by a workbench that never read it, and can be deleted and restored', async () => {
    const first = await open({}, { folder: undefined });
    await finishedRun(first, 'good');
    const bad = await finishedRun(first, 'bad');
    writeFileSync(first.at('runs', bad, 'run.json'), '{"version": 1, "na');
    const bench = await open({}, { folder: first.folder });
    const listed = await bench.page.request('runs.list', {});
    expect(listed).toHaveLength(2);
    expect(listed.find(({ id }) => id === bad)).toMatchObject({ damage: { file: 'run.json' } });
    await expect(bench.page.request('runs.get', { run: bad })).rejects.toMatchObject({ code: 'BAD_FILE' });
    expect((await bench.page.request('runs.reveal', { run: bad })).path).toBe(bench.at('runs', bad));
    await bench.page.request('runs.remove', { run: bad });
    expect(await bench.page.request('runs.list', {})).toHaveLength(1);
    expect(await bench.page.request('runs.restore', { run: bad })).toMatchObject({
      id: bad,
      damage: { file: 'run.json' },
    });
    expect(await bench.page.request('runs.list', {})).toHaveLength(2);
  });

  test('is listed as damaged too when the file is gone, and not for a folder that is no run’s', async () => {
    const bench = await open();
    const run = await finishedRun(bench, 'first');
    rmSync(bench.at('runs', run, 'run.json'));
    mkdirSync(bench.at('runs', 'empty'));
    const other = await open({}, { folder: bench.folder });
    expect(await other.page.request('runs.list', {})).toMatchObject([{ id: run, damage: { file: 'run.json' } }]);
  });

  test('keeps all that was known of it, and comes back with its file', async () => {
    const bench = await open();
    const run = await finishedRun(bench, 'first');
    const file = bench.at('runs', run, 'run.json');
    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(0, 40));
    expect(await bench.page.request('runs.list', {})).toMatchObject([
      { id: run, name: 'first', status: 'finished', damage: { file: 'run.json' } },
    ]);
    writeFileSync(file, whole);
    expect((await bench.page.request('runs.list', {}))[0]).not.toHaveProperty('damage');
  });

  test('goes on with its training while the file is cut, and ends as it should', async () => {
    const bench = await open();
    const run = await trainingRun(bench);
    const file = bench.at('runs', run, 'run.json');
    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(0, 40));
    const further = next(bench.page, 'runs.changed', ({ latest, damage }) => damage !== undefined && latest !== null);
    expect(await further).toMatchObject({ id: run, status: 'running', damage: { file: 'run.json' } });
    expect(await bench.page.request('runs.stop', { run })).toMatchObject({ status: 'stopped', active: false });
    writeFileSync(file, whole);
    const { checkpoints, step } = await bench.page.request('runs.get', { run });
    expect(checkpoints.at(-1)).toBe(step);
  });

  test('of another process is passed over until it can be read: the watch of the folders goes on', async () => {
    const bench = await open({}, { hosting: true });
    const run = await finishedRun(bench, 'first');
    const file = bench.at('runs', run, 'run.json');
    const whole = readFileSync(file);
    const damaged = next(bench.page, 'runs.changed', ({ damage }) => damage?.file === 'run.json');
    writeFileSync(file, whole.subarray(0, 40));
    await damaged;
    const mended = next(bench.page, 'runs.changed', ({ damage }) => damage === undefined);
    writeFileSync(file, whole);
    expect(await mended).toMatchObject({ id: run, status: 'finished' });
  });
});

describe('a run with another part that can’t be read', () => {
  test.each([
    ['status.json', (file: string) => writeFileSync(file, '{"stat')],
    ['metrics.jsonl', (file: string) => writeFileSync(file, Buffer.alloc(5000))],
    ['metrics.jsonl', (file: string) => (rmSync(file), mkdirSync(file))],
    ['checkpoints/5/state.json', (file: string) => writeFileSync(file, '')],
  ])('is listed with all else that is known, naming %s', async (name, damage) => {
    const bench = await open();
    const run = await finishedRun(bench, 'first');
    damage(bench.at('runs', run, ...name.split('/')));
    expect(await bench.page.request('runs.list', {})).toMatchObject([
      { id: run, name: 'first', damage: { file: name } },
    ]);
  });
});

describe('the folder of runs', () => {
  test('that is gone is an error and not an empty list, and what went wrong is still told', async () => {
    const bench = await open();
    await finishedRun(bench, 'first');
    renameSync(bench.at('runs'), bench.at('moved'));
    await expect(bench.page.request('runs.list', {})).rejects.toMatchObject({
      code: 'DISK',
      message: expect.stringContaining(bench.at('runs')) as string,
    });
    expect(await bench.page.request('runs.incidents', {})).toEqual([]);
    renameSync(bench.at('moved'), bench.at('runs'));
    expect(await bench.page.request('runs.list', {})).toHaveLength(1);
  });

  test('removed with the whole workspace ends the run in training, and neither the workbench nor its pages', async () => {
    const bench = await open({}, { hosting: true });
    const run = await trainingRun(bench);
    const incident = next(bench.page, 'runs.incident');
    renameSync(bench.workspace, path.join(bench.folder, 'away'));
    expect(await incident).toMatchObject({ run });
    expect(await bench.page.request('runs.incidents', {})).toMatchObject([{ run }]);
    await expect(bench.page.request('runs.list', {})).rejects.toMatchObject({ code: 'DISK' });
    expect(await bench.page.request('app.info', {})).toMatchObject({ workspace: bench.workspace });
    renameSync(path.join(bench.folder, 'away'), bench.workspace);
    expect(await bench.page.request('runs.list', {})).toMatchObject([{ id: run }]);
  });
});

describe('a run whose folder can’t be written', () => {
  test('fails in memory with an incident, and another trains', async () => {
    const bench = await open();
    const run = await trainingRun(bench);
    const status = bench.at('runs', run, 'status.json');
    const failed = next(bench.page, 'runs.changed', ({ id, active }) => id === run && !active);
    rmSync(status);
    mkdirSync(path.join(status, 'in-the-way'), { recursive: true });
    await bench.page.request('runs.stop', { run }).catch(() => undefined);
    expect(['interrupted', 'failed', 'stopped']).toContain((await failed).status);
    await finishedRun(bench, 'second');
    expect(await bench.page.request('runs.list', {})).toHaveLength(2);
  });
});

describe('a catalogue that is damaged while it is open', () => {
  test.each([
    ['zeroed from the first page on', 0],
    ['zeroed from the second page on', 4096],
  ])('%s is made anew from the folders, and the request is answered', async (_name, from) => {
    const first = await open();
    const dataset = await importDataset(first);
    await finishedRun(first, 'first');
    await first.workbench.close(); // now all lies in the file itself and nothing in its log
    const bench = await open({}, { folder: first.folder });
    const file = bench.at('catalogue.sqlite');
    expect(statSync(file).size).toBeGreaterThan(8192);
    zero(file, from, statSync(file).size - from);
    const { items, total } = await bench.page.request('datasets.items', { dataset, offset: 0, limit: 5 });
    expect([items.length, total]).toEqual([5, 24]);
    expect(await bench.page.request('datasets.list', {})).toMatchObject([{ id: dataset, name: 'Pets' }]);
    expect(await bench.page.request('runs.list', {})).toMatchObject([{ name: 'first', status: 'finished' }]);
    await importDataset(bench, 'More');
    expect(await bench.page.request('datasets.list', {})).toHaveLength(2);
  });

  test('or deleted is made anew too', async () => {
    const bench = await open();
    const dataset = await importDataset(bench);
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${bench.at('catalogue.sqlite')}${suffix}`, { force: true });
    await importDataset(bench, 'More');
    expect((await bench.page.request('datasets.list', {})).map(({ id }) => id).sort()).toEqual(
      ['more', dataset].sort(),
    );
    const other = await open({}, { folder: bench.folder });
    expect(await other.page.request('datasets.list', {})).toHaveLength(2);
  });
});
