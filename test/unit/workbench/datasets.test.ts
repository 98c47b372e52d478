import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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

describe('an imported dataset', () => {
  test('is listed with cover, counts and size, and its items and pictures are served', async () => {
    const bench = await open();
    const changed = next(bench.page, 'datasets.changed');
    const id = await importDataset(bench, 'Cats & Dogs');
    expect(id).toBe('cats-dogs');
    expect(await changed).toEqual({ dataset: id });
    const [summary] = await bench.page.request('datasets.list', {});
    expect(summary).toMatchObject({
      id,
      name: 'Cats & Dogs',
      count: 24,
      splits: { train: 22, test: 2 },
      bundled: false,
    });
    expect(summary!.cover).toHaveLength(12);
    const detail = await bench.page.request('datasets.get', { dataset: id });
    expect(detail.classCounts).toEqual({ train: [12, 10, 0], test: [0, 2, 0] });
    expect(detail.bytesOnDisk).toBeGreaterThan(24 * 256);
    const { total, items } = await bench.page.request('datasets.items', {
      dataset: id,
      filter: { label: 1, split: 'test' },
      offset: 0,
      limit: 10,
    });
    expect([total, items.map(({ index }) => index)]).toEqual([2, [9, 19]]);
    const pixels = await bench.page.request('datasets.pixels', { dataset: id, indices: [3, 4, 5, 1] });
    expect(pixels).toMatchObject({ count: 4, signal: { height: 16, width: 16, channels: 1 } });
    expect([0, 256, 512, 768].map((at) => pixels.data[at])).toEqual([3, 4, 5, 1]);
    expect((await bench.page.request('datasets.thumbnails', { dataset: id, indices: [7] })).data[255]).toBe(7);
    await expect(bench.page.request('datasets.pixels', { dataset: id, indices: [24] })).rejects.toThrow(
      'items 0 to 23',
    );
    expect(readdirSync(bench.at('staging'))).toEqual([]);
  });

  test('gets an id of its own when its name is taken, and can be renamed', async () => {
    const bench = await open();
    const [first, second] = [await importDataset(bench), await importDataset(bench)];
    expect(second).toMatch(/^pets-[0-9a-f]{4}$/);
    expect(await bench.page.request('datasets.rename', { dataset: first, name: 'Beasts' })).toMatchObject({
      id: first,
      name: 'Beasts',
    });
    rmSync(bench.at('catalogue.sqlite'), { force: true });
  });

  test('goes to the bin and comes back, also after the workbench was closed', async () => {
    const bench = await open();
    const id = await importDataset(bench);
    await bench.page.request('datasets.thumbnails', { dataset: id, indices: [0] });
    await bench.page.request('datasets.remove', { dataset: id });
    expect(await bench.page.request('datasets.list', {})).toEqual([]);
    await expect(bench.page.request('datasets.thumbnails', { dataset: id, indices: [0] })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await bench.page.request('datasets.restore', { dataset: id })).toMatchObject({ id, count: 24 });
    expect((await bench.page.request('datasets.thumbnails', { dataset: id, indices: [5] })).data[0]).toBe(5);
    await bench.page.request('datasets.remove', { dataset: id });
    await bench.workbench.close();
    const later = await open({}, { folder: bench.folder, hosting: true });
    const [entry] = await later.page.request('bin.list', {});
    expect(entry).toMatchObject({ kind: 'dataset', id, name: 'Pets' });
    expect(await later.page.request('bin.restore', { key: entry!.key })).toEqual({ kind: 'dataset', id, name: 'Pets' });
    expect(await later.page.request('datasets.list', {})).toMatchObject([{ id, count: 24 }]);
  });

  test('keeps its id while it is in the bin, so that runs that learnt from it find it again', async () => {
    const bench = await open();
    const id = await importDataset(bench);
    await bench.page.request('datasets.remove', { dataset: id });
    await bench.workbench.close();
    const later = await open({}, { folder: bench.folder });
    expect(await importDataset(later)).toMatch(/^pets-[0-9a-f]{4}$/);
    expect(await later.page.request('datasets.restore', { dataset: id })).toMatchObject({ id });
  });

  test('names the runs that learnt from it when it is removed', async () => {
    const bench = await open();
    const id = await importDataset(bench);
    const finished = next(bench.page, 'runs.changed', (run) => run.status === 'finished' && !run.active);
    await bench.page.request('runs.start', { spec: specOn(id, 6), name: 'Learner' });
    const { id: run } = await finished;
    expect(await bench.page.request('datasets.remove', { dataset: id })).toEqual({
      learners: [{ run, name: 'Learner' }],
    });
  });
});

describe('an import', () => {
  const begin = async (bench: Bench, signal?: AbortSignal) => {
    const source = path.join(bench.folder, 'pictures');
    mkdirSync(source, { recursive: true });
    const { grant } = await bench.workbench.call('local.grant', { paths: [source] });
    return bench.page.request('datasets.import', { grant, options: {} }, signal ? { signal } : {});
  };

  test('takes the name of the folder', async () => {
    const bench = await open();
    expect(await begin(bench)).toMatchObject({ dataset: 'pictures', name: 'pictures', items: 24 });
  });

  test('that is cancelled leaves nothing', async () => {
    const bench = await open({ library: { import: 'wait' } });
    const cancel = new AbortController();
    const source = path.join(bench.folder, 'pictures');
    mkdirSync(source);
    const { grant } = await bench.workbench.call('local.grant', { paths: [source] });
    const importing = bench.page.request(
      'datasets.import',
      { grant, options: {} },
      { signal: cancel.signal, onProgress: () => cancel.abort() },
    );
    await expect(importing).rejects.toMatchObject({ code: 'CANCELLED' });
    expect([readdirSync(bench.at('staging')), readdirSync(bench.at('datasets'))]).toEqual([[], []]);
    expect(await bench.page.request('datasets.list', {})).toEqual([]);
  });

  test('whose process dies leaves nothing, and the next one works again', async () => {
    const bench = await open({ library: { import: 'crash' } });
    await expect(begin(bench)).rejects.toMatchObject({ code: 'ENGINE_LOST' });
    expect([readdirSync(bench.at('staging')), readdirSync(bench.at('datasets'))]).toEqual([[], []]);
    expect(await bench.page.request('runs.incidents', {})).toMatchObject([{ role: 'library', run: null }]);
    expect(await bench.page.request('engine.doctor', {})).toMatchObject({ ok: true });
  });

  test('from a grant that nobody gave is refused', async () => {
    const bench = await open();
    await expect(bench.page.request('datasets.import', { grant: 'AAAA', options: {} })).rejects.toMatchObject({
      code: 'DENIED',
      field: 'grant',
    });
  });
});

describe('the folders', () => {
  test('are the truth: copied ones appear, deleted ones go, broken ones are left out', async () => {
    const bench = await open();
    const id = await importDataset(bench);
    await importDataset(bench, 'Gone');
    await bench.workbench.close();
    cpSync(bench.at('datasets', id), bench.at('datasets', 'copied'), { recursive: true });
    cpSync(bench.at('datasets', id), bench.at('datasets', 'broken'), { recursive: true });
    writeFileSync(bench.at('datasets', 'broken', 'pack-16x16x1.u8'), 'short');
    rmSync(bench.at('datasets', 'gone'), { recursive: true });
    const later = await open({}, { folder: bench.folder });
    const listed = await later.page.request('datasets.list', {});
    expect(listed.map((dataset) => dataset.id).sort()).toEqual(['copied', id].sort());
    expect((await later.page.request('datasets.pixels', { dataset: 'copied', indices: [9] })).data[0]).toBe(9);
    expect(existsSync(later.at('datasets', 'broken'))).toBe(true);
  });

  test('are indexed again when the catalogue is lost', async () => {
    const bench = await open();
    const id = await importDataset(bench);
    await bench.workbench.close();
    for (const ending of ['', '-wal', '-shm']) rmSync(bench.at(`catalogue.sqlite${ending}`), { force: true });
    const later = await open({}, { folder: bench.folder });
    expect((await later.page.request('datasets.items', { dataset: id, offset: 20, limit: 10 })).items).toHaveLength(4);
  });

  test('that processes which are no more left in staging are swept by the next host', async () => {
    const bench = await open();
    await bench.workbench.close();
    mkdirSync(bench.at('staging', '999999999-0123456789ab'));
    mkdirSync(bench.at('staging', `${process.ppid}-0123456789ab`));
    await open({}, { folder: bench.folder, hosting: true });
    expect(readdirSync(bench.at('staging'))).toEqual([`${process.ppid}-0123456789ab`]);
  });
});

describe('verifying a dataset', () => {
  const damaged = {
    kind: 'dataset',
    role: 'library',
    run: null,
    message:
      'The dataset “Pets” is damaged: one block of its files has changed on the disk, the first in pack-32x32x3.u8 at byte 1048576.',
    hint: expect.stringContaining('tessera datasets --verify') as string,
  };

  test('says that nothing has changed, or what has, and that is an incident that names dataset, file and byte', async () => {
    const sound = await open();
    const id = await importDataset(sound, 'Pets');
    expect(await sound.page.request('datasets.verify', { dataset: id })).toMatchObject({ state: 'right', blocks: 0 });
    expect(await sound.page.request('runs.incidents', {})).toEqual([]);

    const bench = await open({ library: { verify: 'damaged' } });
    const other = await importDataset(bench, 'Pets');
    const found = await bench.page.request('datasets.verify', { dataset: other });
    expect(found).toMatchObject({ state: 'damaged', damage: [{ offset: 1048576 }] });
    expect(await bench.page.request('runs.incidents', {})).toMatchObject([damaged]);
  });

  test('happens by itself when a run on it begins', async () => {
    const bench = await open({ library: { verify: 'damaged' } });
    const id = await importDataset(bench, 'Pets');
    const reported = next(bench.page, 'runs.incident');
    await bench.page.request('runs.start', { spec: specOn(id, 3) });
    expect(await reported).toMatchObject(damaged);
  });
});
