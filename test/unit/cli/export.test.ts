import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aRun, tessera } from '../../support/cli';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tessera-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('export', () => {
  it('writes the files whole into the folder and names it', async () => {
    const made = path.join(folder, 'made');
    await mkdir(path.join(made, 'variables'), { recursive: true });
    await writeFile(path.join(made, 'saved_model.pb'), 'graph');
    await writeFile(path.join(made, 'variables', 'data'), 'weights');
    const files = [
      { name: 'saved_model.pb', bytes: 5 },
      { name: 'variables/data', bytes: 7 },
    ];
    let asked: unknown;
    const ran = await tessera(
      ['export', 'tiny-1', '--format', 'savedmodel', '--out', 'out', '--checkpoint', '40', '--json'],
      {
        outside: { directory: folder },
        handlers: {
          'runs.list': () => [aRun()],
          'exports.create': (params) => ((asked = params), { id: 'e1', format: 'savedmodel', path: made, files }),
        },
      },
    );
    expect(asked).toEqual({ run: 'tiny-1', checkpoint: 40, format: 'savedmodel' });
    expect(ran.json()).toEqual([{ format: 'savedmodel', path: path.join(folder, 'out'), files }]);
    expect(await readFile(path.join(folder, 'out', 'variables', 'data'), 'utf8')).toBe('weights');
    expect(await readdir(folder)).not.toContainEqual(expect.stringContaining('.part'));
  });

  it('leaves a file of the same name as it is, unless it is told to replace it', async () => {
    const made = path.join(folder, 'made');
    const mine = path.join(folder, 'out', 'README.md');
    for (const [file, text] of [
      [path.join(made, 'README.md'), 'ours'],
      [mine, 'mine'],
    ] as const) {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    const files = [{ name: 'README.md', bytes: 4 }];
    const command = ['export', 'tiny-1', '--format', 'safetensors', '--out', 'out'];
    const how = {
      outside: { directory: folder },
      handlers: {
        'runs.list': () => [aRun()],
        'exports.create': () => ({ id: 'e1', format: 'safetensors' as const, path: made, files }),
      },
    };
    const refused = await tessera(command, how);
    expect(refused.code).toBe(1);
    expect(refused.err.join()).toContain('already a README.md');
    expect(await readFile(mine, 'utf8')).toBe('mine');
    expect((await tessera([...command, '--force'], how)).code).toBe(0);
    expect(await readFile(mine, 'utf8')).toBe('ours');
  });

  it('with --force puts back what it had replaced when another file can’t be put in its place', async () => {
    const made = path.join(folder, 'made');
    const out = path.join(folder, 'out');
    await mkdir(made, { recursive: true });
    await mkdir(path.join(out, 'weights'), { recursive: true });
    await writeFile(path.join(out, 'weights', 'mine'), 'a folder stands where a file is to go');
    await writeFile(path.join(out, 'README.md'), 'mine');
    for (const name of ['README.md', 'new', 'weights']) await writeFile(path.join(made, name), 'ours');
    const files = ['README.md', 'new', 'weights'].map((name) => ({ name, bytes: 4 }));
    const ran = await tessera(['export', 'tiny-1', '--format', 'safetensors', '--out', 'out', '--force'], {
      outside: { directory: folder },
      handlers: {
        'runs.list': () => [aRun()],
        'exports.create': () => ({ id: 'e1', format: 'safetensors' as const, path: made, files }),
      },
    });
    expect(ran.code).toBe(1);
    expect((await readdir(out)).sort()).toEqual(['README.md', 'weights']);
    expect(await readFile(path.join(out, 'README.md'), 'utf8')).toBe('mine');
  });

  it.each(['new', 'old'])('writes nothing into a %s folder when one of the files can’t be had', async (kind) => {
    const made = path.join(folder, 'made');
    const out = path.join(folder, 'out');
    await mkdir(made, { recursive: true });
    await writeFile(path.join(made, 'model.safetensors'), 'weights');
    if (kind === 'old') await mkdir(out);
    const files = [
      { name: 'model.safetensors', bytes: 7 },
      { name: 'README.md', bytes: 5 },
    ];
    const ran = await tessera(['export', 'tiny-1', '--format', 'safetensors', '--out', 'out'], {
      outside: { directory: folder },
      handlers: {
        'runs.list': () => [aRun()],
        'exports.create': () => ({ id: 'e1', format: 'safetensors', path: made, files }),
      },
    });
    expect(ran.code).toBe(1);
    expect(ran.err.join()).toContain('README.md');
    expect((await readdir(folder)).sort()).toEqual(kind === 'old' ? ['made', 'out'] : ['made']);
    if (kind === 'old') expect(await readdir(out)).toEqual([]);
  });
});
