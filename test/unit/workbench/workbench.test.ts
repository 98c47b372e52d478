import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { workbenchContract, type MethodName, type WorkbenchContract } from '@shared/contract';
import { openWorkbench } from '../../../main/workbench';
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

async function trainedRun(bench: Bench, name = 'Trained'): Promise<string> {
  const dataset = await importDataset(bench);
  const finished = next(bench.page, 'runs.changed', (run) => run.status === 'finished' && !run.active);
  await bench.page.request('runs.start', { spec: specOn(dataset, 6), name });
  return (await finished).id;
}

describe('the contract', () => {
  const methods = Object.keys(workbenchContract.requests) as MethodName<WorkbenchContract>[];

  test('has an answer for every request', async () => {
    const bench = await open();
    for (const method of methods) {
      const { params } = workbenchContract.requests[method];
      if (params.safeParse({}).success) continue;
      await expect(bench.page.request(method, {} as never), method).rejects.toMatchObject({
        code: 'BAD_REQUEST',
        message: expect.not.stringContaining('There is no request') as string,
      });
    }
    const answers = {
      'app.info': { host: 'browser', workspace: bench.workspace, platform: process.platform },
      'files.open': { grant: expect.stringMatching(/^[\w-]{24}$/) as string },
      'datasets.list': [],
      'runs.list': [],
      'runs.incidents': [],
      'engine.status': ['library', 'studio'].map((role) => ({ role, state: 'idle', pid: null })),
      'engine.doctor': { ok: true, versions: { tessera: '0', node: process.version } },
    } as const;
    for (const [method, answer] of Object.entries(answers)) {
      const found = await bench.page.request(method as keyof typeof answers, {});
      expect(found, method).toMatchObject(answer);
    }
  });

  test('names the field that is wrong, over a pipe and by call', async () => {
    const bench = await open();
    const wrong = { dataset: '../secrets' };
    await expect(bench.page.request('datasets.get', wrong)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      field: 'dataset',
    });
    await expect(bench.workbench.call('datasets.get', wrong)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      field: 'dataset',
    });
    await expect(bench.page.request('runs.get', { run: 'none' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      field: 'run',
    });
    expect(await bench.workbench.call('runs.list', {})).toEqual([]);
  });
});

describe('a workspace', () => {
  test('has one host at a time; commands work beside it', async () => {
    const bench = await open({}, { hosting: true });
    await expect(openWorkbench({ workspace: bench.workspace, hosting: true, resources: null })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    const command = await open({}, { folder: bench.folder });
    const id = await importDataset(command, 'Beside');
    expect((await bench.page.request('datasets.list', {})).map((dataset) => dataset.id)).toEqual([id]);
  });

  test('is refused to a second host while the process of the first lives, and taken over when it is gone', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-lock-'));
    writeFileSync(path.join(folder, 'workbench.lock'), String(process.ppid));
    await expect(openWorkbench({ workspace: folder, hosting: true, resources: null })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(`process ${process.ppid}`) as string,
    });
    writeFileSync(path.join(folder, 'workbench.lock'), '999999999');
    const workbench = await openWorkbench({ workspace: folder, hosting: true, resources: null });
    expect(JSON.parse(readFileSync(path.join(folder, 'workbench.lock'), 'utf8'))).toMatchObject({ pid: process.pid });
    await workbench.close();
    rmSync(folder, { recursive: true });
  });
});

describe('the first start', () => {
  test('puts in the bundled dataset and run once, so that deleting them sticks', async () => {
    const maker = await open();
    const made = await trainedRun(maker);
    const resources = path.join(maker.folder, 'resources');
    const sample = path.join(resources, 'samples', 'fashion-mnist');
    mkdirSync(sample, { recursive: true });
    cpSync(maker.at('runs', made), path.join(resources, 'models', 'fashion-vq-vae'), { recursive: true });
    writeFileSync(path.join(sample, 'LICENSE'), 'MIT');
    const about = {
      name: 'Fashion-MNIST',
      licence: 'MIT',
      source: 'its package',
      classes: ['shirt', 'shoe'],
      files: ['LICENSE'],
    };
    writeFileSync(path.join(sample, 'sample.json'), JSON.stringify(about));

    const workspace = path.join(maker.folder, 'fresh');
    const bench = await open({}, { folder: maker.folder, workspace, hosting: true, resources });
    const arrived = next(bench.page, 'datasets.changed');
    const known = await bench.page.request('datasets.list', {});
    if (known.length === 0) await arrived;
    expect(await bench.page.request('datasets.get', { dataset: 'fashion-mnist' })).toMatchObject({
      name: 'Fashion-MNIST',
      bundled: true,
      classes: ['shirt', 'shoe'],
      manifest: { licence: 'MIT' },
    });
    expect(await bench.page.request('runs.list', {})).toMatchObject([
      { id: 'fashion-vq-vae', bundled: true, status: 'finished', checkpoints: [5, 6] },
    ]);
    await bench.page.request('datasets.remove', { dataset: 'fashion-mnist' });
    await bench.page.request('runs.remove', { run: 'fashion-vq-vae' });
    await bench.workbench.close();

    const again = await open({}, { folder: maker.folder, workspace, hosting: true, resources });
    await again.workbench.close();
    const last = await open({}, { folder: maker.folder, workspace, resources });
    expect(await last.page.request('datasets.list', {})).toEqual([]);
    expect(await last.page.request('runs.list', {})).toEqual([]);
  });

  test('comes with a dataset whose description and licence are whole', async () => {
    const { readSamples } = await import('../../../main/workbench/bundled/sample');
    const samples = new URL('../../../resources/samples/', import.meta.url).pathname;
    const [fashion] = readSamples(samples);
    expect(fashion).toMatchObject({ id: 'fashion-mnist', options: { name: 'Fashion-MNIST', testFraction: 0.1 } });
    for (const file of fashion!.paths) expect(readFileSync(file).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
    expect(readFileSync(path.join(samples, 'fashion-mnist', 'LICENSE'), 'utf8')).toContain('2017 Zalando SE');
  });
});

describe('the studio', () => {
  const latent = { kind: 'codes' as const, indices: new Int32Array(16) };

  test('is given the step that latest, best or a number names', async () => {
    const bench = await open();
    const run = await trainedRun(bench);
    expect(await bench.page.request('studio.open', { run })).toMatchObject({ run, step: 6 });
    expect((await bench.page.request('studio.decode', { run, checkpoint: 'best', latent })).step).toBe(5);
    expect((await bench.page.request('studio.decode', { run, checkpoint: 6, latent })).step).toBe(6);
    await expect(bench.page.request('studio.open', { run, checkpoint: 4 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      hint: 'There are checkpoints at 5, 6.',
    });
    const evaluation = await bench.page.request('runs.evaluate', { run, split: 'test' });
    expect(evaluation).toMatchObject({ step: 6, score: { name: 'nmse', value: 0.5 } });
    expect(await bench.page.request('runs.plan', { spec: specOn('pets', 3) })).toMatchObject({
      latent: { levels: [{ codes: 8 }] },
      time: null,
    });
    const measured = await bench.page.request('runs.plan', { spec: specOn('pets', 3), time: 'measure' });
    expect(measured.time).toMatchObject({ kind: 'measured', millisecondsPerStep: 20, beside: 0 });
    await bench.page.request('datasets.remove', { dataset: 'pets' });
    await expect(bench.page.request('runs.evaluate', { run, split: 'test' })).rejects.toThrow('"Pets"');
  });

  test('answers a decode although its process died over it once', async () => {
    const bench = await open({ studio: { decode: 'crash once' } });
    const run = await trainedRun(bench);
    expect((await bench.page.request('studio.decode', { run, latent })).step).toBe(6);
    expect(await bench.page.request('runs.incidents', {})).toMatchObject([{ role: 'studio' }]);
    const [incident] = await bench.page.request('runs.incidents', {});
    await bench.page.request('runs.dismiss', { incident: incident!.id });
    expect(await bench.page.request('runs.incidents', {})).toEqual([]);
  });

  test('follows a run in training from checkpoint to checkpoint', async () => {
    const bench = await open();
    const dataset = await importDataset(bench);
    const updated = next(bench.page, 'studio.updated', ({ step }) => step >= 10);
    const { id: run } = await bench.page.request('runs.start', { spec: specOn(dataset, 1_000_000) });
    await expect(bench.page.request('studio.open', { run })).rejects.toMatchObject({ code: 'CONFLICT' });
    await updated;
    expect((await bench.page.request('studio.open', { run })).step).toBeGreaterThanOrEqual(10);
  });
});

describe('a damaged checkpoint', () => {
  test('gives way to the one before it, which is told once and not tried again', async () => {
    const bench = await open({ studio: { damaged: [6] } });
    const run = await trainedRun(bench);
    const incident = next(bench.page, 'runs.incident');
    expect(await bench.page.request('studio.open', { run })).toMatchObject({ step: 5 });
    expect(await incident).toMatchObject({
      kind: 'damaged',
      run,
      atStep: 6,
      step: 5,
      message: 'checkpoints/6/weights.safetensors is damaged.',
    });
    expect(await bench.page.request('studio.open', { run })).toMatchObject({ step: 5 });
    expect((await bench.page.request('exports.create', { run, format: 'safetensors' })).id).toBe(
      `${run}-5-safetensors`,
    );
    expect(await bench.page.request('runs.incidents', {})).toHaveLength(1);
  });

  test('that was asked for by its step is refused, naming the file', async () => {
    const bench = await open({ studio: { damaged: [6] } });
    const run = await trainedRun(bench);
    await expect(bench.page.request('studio.open', { run, checkpoint: 6 })).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: 'checkpoints/6/weights.safetensors is damaged.',
    });
  });

  test('without its state.json gives way, and is told as well', async () => {
    const bench = await open();
    const run = await trainedRun(bench);
    rmSync(bench.at('runs', run, 'checkpoints', '6', 'state.json'));
    const incident = next(bench.page, 'runs.incident');
    expect(await bench.page.request('studio.open', { run })).toMatchObject({ step: 5 });
    expect(await incident).toMatchObject({ kind: 'damaged', atStep: 6, step: 5 });
  });

  test('is an error that names the file when there is no other', async () => {
    const bench = await open({ studio: { damaged: [5, 6] } });
    const run = await trainedRun(bench);
    await expect(bench.page.request('studio.open', { run })).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: expect.stringContaining('checkpoints/6/weights.safetensors is damaged') as string,
    });
  });
});

describe('an export', () => {
  test('that is cancelled keeps the one before it, and nothing else', async () => {
    const bench = await open();
    const run = await trainedRun(bench);
    const { id } = await bench.page.request('exports.create', { run, format: 'savedmodel' });
    await bench.workbench.close();

    const waiting = await open({ studio: { export: 'wait' } }, { folder: bench.folder });
    const cancel = new AbortController();
    const phases: string[] = [];
    const again = waiting.page.request(
      'exports.create',
      { run, format: 'savedmodel' },
      {
        signal: cancel.signal,
        onProgress: ({ phase }) => {
          phases.push(phase);
          cancel.abort();
        },
      },
    );
    await expect(again).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(phases).toEqual(['writing']);
    await waiting.workbench.close();
    expect(readdirSync(bench.at('exports'))).toEqual([id]);
    expect(readdirSync(bench.at('exports', id)).sort()).toEqual(['model.bin', 'variables']);
    expect(readdirSync(bench.at('staging'))).toEqual([]);
  });

  test('is read in pieces by the names of its own files, and by no others', async () => {
    const bench = await open();
    const run = await trainedRun(bench);
    const { id, files, path: place } = await bench.page.request('exports.create', { run, format: 'savedmodel' });
    expect([id, files]).toEqual([
      `${run}-6-savedmodel`,
      [
        { name: 'model.bin', bytes: 5242880 },
        { name: 'variables/index', bytes: 3 },
      ],
    ]);
    const first = await bench.page.request('exports.read', { id, file: 'model.bin', offset: 0 });
    const second = await bench.page.request('exports.read', { id, file: 'model.bin', offset: first.bytes.length });
    expect([first.bytes.length, second.bytes.length, first.total]).toEqual([4 * 1024 * 1024, 1024 * 1024, 5242880]);
    for (const file of ['../../catalogue.sqlite', 'variables', '/etc/passwd', 'variables/../model.bin']) {
      await expect(bench.page.request('exports.read', { id, file, offset: 0 })).rejects.toMatchObject({
        code: 'NOT_FOUND',
        field: 'file',
      });
    }
    await expect(
      bench.page.request('exports.read', { id: '../runs', file: 'run.json', offset: 0 }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await bench.page.request('exports.reveal', { id })).toEqual({ path: place, opened: false });
  });
});
