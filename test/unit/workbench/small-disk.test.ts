import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSmallDisk, type SmallDisk } from '../../support/small-disk';
import { importDataset, next, openBench, specOn, type Bench, type Script } from '../../support/workbench';

const probe = createSmallDisk(1);
probe?.remove();
const benches: Bench[] = [];
let disk: SmallDisk;
const open = async (script: Script = {}, hosting = true, folder = disk.folder): Promise<Bench> => {
  const bench = await openBench(script, { folder, hosting });
  benches.push(bench);
  return bench;
};
const close = async (): Promise<void> => {
  for (const bench of benches.splice(0)) await bench.close();
};
beforeEach(() => {
  if (probe) disk = createSmallDisk()!;
});
afterEach(async () => {
  if (!probe) return;
  await close();
  disk.remove();
});

describe.skipIf(!probe)('on a full disk', () => {
  test('a run in training fails in memory with an incident, the page goes on, and its state is written once there is room', async () => {
    const bench = await open();
    const dataset = await importDataset(bench);
    const trains = next(bench.page, 'runs.changed', ({ latest }) => (latest?.step ?? 0) > 6);
    const over = next(bench.page, 'runs.changed', ({ active, status }) => !active && status === 'interrupted');
    const told = next(bench.page, 'app.storage', ({ state }) => state === 'full');
    const { id: run } = await bench.page.request('runs.start', { spec: specOn(dataset, 1_000_000) });
    await trains;
    disk.fill();
    expect(await over).toMatchObject({ id: run, status: 'interrupted' });
    expect(await told).toMatchObject({ folder: bench.workspace, message: expect.stringContaining('full') as string });
    expect(await bench.page.request('runs.list', {})).toMatchObject([{ id: run, status: 'interrupted' }]);
    expect(await bench.page.request('runs.incidents', {})).toMatchObject([{ run, role: 'trainer' }]);
    expect(await bench.page.request('datasets.list', {})).toHaveLength(1);
    await expect(bench.page.request('runs.continue', { run })).rejects.toMatchObject({ code: 'DISK' });

    const well = next(bench.page, 'app.storage', ({ state }) => state === 'writable');
    disk.makeRoom();
    await well;
    expect(JSON.parse(readFileSync(bench.at('runs', run, 'status.json'), 'utf8'))).toMatchObject({
      status: 'interrupted',
    });
    const goesOn = next(bench.page, 'runs.changed', ({ latest }) => (latest?.step ?? 0) > 12);
    await bench.page.request('runs.continue', { run });
    await goesOn;
  });

  test('a workspace opens, shows what is in it, and lets datasets and runs be deleted', async () => {
    const first = await open();
    const dataset = await importDataset(first);
    const finished = next(first.page, 'runs.changed', (run) => run.status === 'finished' && !run.active);
    const { id: run } = await first.page.request('runs.start', { spec: specOn(dataset, 6) });
    await finished;
    await close();
    disk.fill();
    const bench = await open();
    expect(await bench.page.request('app.storage', {})).toMatchObject({ state: 'full', folder: bench.workspace });
    expect(await bench.page.request('datasets.list', {})).toMatchObject([{ id: dataset }]);
    expect((await bench.page.request('datasets.items', { dataset, offset: 0, limit: 5 })).items).toHaveLength(5);
    expect(await bench.page.request('runs.list', {})).toMatchObject([{ id: run, status: 'finished' }]);
    await expect(bench.page.request('runs.start', { spec: specOn(dataset, 6) })).rejects.toMatchObject({
      code: 'DISK',
      message: expect.stringContaining(bench.workspace) as string,
    });
    await expect(importDataset(bench, 'More')).rejects.toMatchObject({ code: 'DISK' });
    await bench.page.request('runs.remove', { run });
    await bench.page.request('datasets.remove', { dataset });
    expect(await bench.page.request('datasets.list', {})).toEqual([]);
    expect(await bench.page.request('runs.list', {})).toEqual([]);
    const well = next(bench.page, 'app.storage', ({ state }) => state === 'writable');
    await bench.page.request('bin.empty', {});
    disk.makeRoom();
    await well;
    expect(existsSync(bench.at('datasets', dataset))).toBe(false);
    await importDataset(bench, 'More');
  });
});

describe.skipIf(!probe)('a read-only workspace', () => {
  test('opens for a page and for a command, shows what is in it, and says why nothing can be changed', async () => {
    const first = await open();
    const dataset = await importDataset(first);
    const finished = next(first.page, 'runs.changed', (run) => run.status === 'finished' && !run.active);
    const { id: run } = await first.page.request('runs.start', { spec: specOn(dataset, 6) });
    await finished;
    await close();
    const view = disk.readOnlyView();
    let exported = '';
    for (const hosting of [true, false]) {
      const bench = await open({}, hosting, view);
      expect(await bench.page.request('app.storage', {})).toMatchObject({
        state: 'read-only',
        folder: bench.workspace,
      });
      expect(await bench.page.request('datasets.list', {})).toMatchObject([{ id: dataset }]);
      expect(await bench.page.request('runs.list', {})).toMatchObject([{ id: run, status: 'finished' }]);
      expect((await bench.page.request('runs.metrics', { run })).step).toHaveLength(6);
      expect(await bench.page.request('runs.evaluate', { run, split: 'test' })).toMatchObject({ items: 3 });
      // a script takes an export out of it all the same
      const made = await bench.page.request('exports.create', { run, checkpoint: 'latest', format: 'safetensors' });
      expect(existsSync(path.join(made.path, 'model.bin'))).toBe(true);
      exported = made.path;
      const { grant } = await bench.workbench.call('local.grant', { paths: [path.join(view, 'source')] });
      for (const change of [
        () => bench.page.request('datasets.import', { grant, options: {} }),
        () => bench.page.request('runs.start', { spec: specOn(dataset, 6) }),
        () => bench.page.request('runs.continue', { run, steps: 20 }),
        () => bench.page.request('runs.update', { run, name: 'Other' }),
        () => bench.page.request('runs.remove', { run }),
        () => bench.page.request('datasets.remove', { dataset }),
        () => bench.page.request('datasets.rename', { dataset, name: 'Other' }),
      ])
        await expect(change()).rejects.toMatchObject({ code: 'DENIED' });
      expect(await bench.page.request('datasets.list', {})).toMatchObject([{ id: dataset, name: 'Pets' }]);
      expect(await bench.page.request('runs.list', {})).toHaveLength(1);
      await close();
      expect(existsSync(exported)).toBe(false);
    }
  });
});
