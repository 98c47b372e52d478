import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '@shared/errors';
import { runManifestSchema, runSpecSchema } from '@shared/specs';
import { updateRun } from '../../../main/run-files';
import { openCatalogue, type Catalogue } from '../../../main/workbench/catalogue';
import { createRunStore, type RunStore } from '../../../main/workbench/stores';
import { createStaging } from '../../../main/workbench/workspace';

const resources = fileURLToPath(new URL('../../../resources', import.meta.url));
let folder: string;
let catalogue: Catalogue;
let store: RunStore;
const at = (...names: string[]): string => path.join(folder, ...names);
const json = (...names: string[]) => JSON.parse(readFileSync(at(...names), 'utf8')) as Record<string, unknown>;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-runs-'));
  mkdirSync(at('runs'));
  catalogue = openCatalogue(at('catalogue.sqlite'));
  store = createRunStore(at('runs'), createStaging(at('staging')), catalogue);
});
afterEach(() => {
  catalogue.close();
  rmSync(folder, { recursive: true, force: true });
});

const manifest = runManifestSchema.parse({
  version: 1,
  id: 'first',
  name: 'First',
  spec: runSpecSchema.parse({ dataset: 'pets', model: { kind: 'vq-vae' } }),
  datasetName: 'Pets',
  signal: { kind: 'picture', height: 16, width: 16, channels: 1 },
  trainVariance: 0.1,
  status: 'queued',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
});

describe('the files of a run', () => {
  test('lose nothing when its trainer writes between the reading and the writing of a rename', () => {
    store.create(manifest);
    store.update('first', () => {
      updateRun(store.folder('first'), { status: 'running', step: 40 });
      return { name: 'Better' };
    });
    expect(store.read('first')).toMatchObject({ name: 'Better', status: 'running', step: 40 });
    updateRun(store.folder('first'), { status: 'finished', step: 50 });
    expect(store.read('first')).toMatchObject({ name: 'Better', status: 'finished', step: 50 });
  });

  test('of a prior hold a copy of its autoencoder, also of one that was trained before there was a status.json', () => {
    const teacher = at('runs', 'fashion-mnist-tiny');
    cpSync(path.join(resources, 'models', 'fashion-mnist-tiny'), teacher, { recursive: true });
    expect(existsSync(path.join(teacher, 'status.json'))).toBe(false);
    const step = Number(readdirSync(path.join(teacher, 'checkpoints'))[0]);
    const codes = {
      run: 'fashion-mnist-tiny',
      name: 'Teacher',
      step,
      weightsHash: 'hash',
      latent: { kind: 'codes' as const, levels: [{ axes: [7, 7], depth: 1, codes: 64, dimension: 16 }] },
    };
    store.create({ ...manifest, codes });
    for (const file of ['run.json', `checkpoints/${step}/weights.safetensors`, `checkpoints/${step}/state.json`])
      expect(readFileSync(at('runs', 'first', 'autoencoder', file))).toEqual(readFileSync(path.join(teacher, file)));
    expect(() => store.create({ ...manifest, id: 'second', codes: { ...codes, step: step + 1 } })).toThrow(
      'could not be copied',
    );
    expect(store.has('second')).toBe(false);
  });

  test('lose nothing when another process of the workspace changes the same run at the same time', async () => {
    store.create(manifest);
    // takes the lock, reads, says so, waits until this process is about to write, and only then writes
    const other = `
      const fs = require('node:fs');
      const Libsql = require(${JSON.stringify(createRequire(import.meta.url).resolve('libsql'))});
      const [database, run, going] = process.argv.slice(1);
      const connection = new Libsql(database);
      connection.transaction(() => {
        const before = JSON.parse(fs.readFileSync(run, 'utf8'));
        fs.writeSync(1, 'read');
        while (!fs.existsSync(going)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
        fs.writeFileSync(run, JSON.stringify({ ...before, note: 'theirs' }));
      }).immediate();`;
    const arguments_ = ['-e', other, at('catalogue.sqlite'), at('runs', 'first', 'run.json'), at('going')];
    const child = spawn(process.execPath, arguments_, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    writeFileSync(at('going'), '');
    store.update('first', () => ({ name: 'Ours' }));
    expect(await ended).toEqual([0, null]);
    expect(store.read('first')).toMatchObject({ name: 'Ours', note: 'theirs' });
  });

  test('that can’t be written are kept in memory until another process has gone on, whatever its clock says', () => {
    store.create(manifest);
    const file = at('runs', 'first', 'status.json');
    rmSync(file);
    mkdirSync(file); // no file can be put there
    expect(store.keepState('first', { status: 'failed', step: 7 })).toBeInstanceOf(AppError);
    expect(store.read('first')).toMatchObject({ status: 'failed', step: 7 });
    expect(store.kept()).toEqual(['first']);
    rmSync(file, { recursive: true });
    const theirs = { status: 'running', step: 9, failure: null, updatedAt: '2000-01-01T00:00:00.000Z' };
    writeFileSync(file, JSON.stringify(theirs));
    expect(store.read('first')).toMatchObject({ status: 'running', step: 9 });
    expect(store.kept()).toEqual([]);
  });

  test('keep what this version does not know', () => {
    store.create(manifest);
    writeFileSync(at('runs', 'first', 'run.json'), JSON.stringify({ ...json('runs', 'first', 'run.json'), later: 1 }));
    store.update('first', () => ({ note: 'kept' }));
    expect(json('runs', 'first', 'run.json')).toMatchObject({ note: 'kept', later: 1 });
  });

  test('are read as an older Tessera wrote them, and split at the first change', () => {
    cpSync(path.join(resources, 'models', 'fashion-mnist-tiny'), at('runs', 'old'), { recursive: true });
    expect(existsSync(at('runs', 'old', 'status.json'))).toBe(false);
    const before = store.read('old');
    expect(before).toMatchObject({ id: 'old', status: 'finished', step: 3000, failure: null });
    expect(store.update('old', () => ({ starred: true }))).toMatchObject({
      starred: true,
      status: 'finished',
      step: 3000,
    });
    expect(json('runs', 'old', 'run.json')).not.toHaveProperty('status');
    expect(json('runs', 'old', 'status.json')).toMatchObject({ status: 'finished', step: 3000 });
  });

  test.each(['torn', 'gone'])('make a run whose status.json is %s one that can be continued, and say why', (how) => {
    store.create(manifest);
    store.setState('first', { status: 'finished', step: 50 });
    if (how === 'torn') writeFileSync(at('runs', 'first', 'status.json'), '{"status":"fin');
    else rmSync(at('runs', 'first', 'status.json'));
    expect(store.read('first')).toMatchObject({
      name: 'First',
      status: 'interrupted',
      failure: { code: 'BAD_FILE', message: expect.stringContaining('status.json') as string },
    });
  });
});
