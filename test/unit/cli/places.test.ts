import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultWorkspace } from '../../../main/workbench/workspace';
import { openWorkbench } from '../../../main/workbench';
import { tessera } from '../../support/cli';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-places-'));
  writeFileSync(path.join(folder, 'file'), '');
  mkdirSync(path.join(folder, 'folder.npz'));
  mkdirSync(path.join(folder, 'folder.tsr'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const opened = async (args: string[]) => tessera(args, { outside: { directory: folder } });

describe('where a command is to write', () => {
  test.each([
    [['export', 'r', '--format', 'safetensors', '--out', 'file'], 'expected a folder, but there is a file "file"'],
    [['export', 'r', '--format', 'safetensors', '--out='], 'expected the name of a folder, but it is empty'],
    [['compare', 'r', '--out', 'file'], 'expected a folder, but there is a file "file"'],
    [['sample', 'r', '--out', 'file'], 'expected a folder, but there is a file "file"'],
    [['sample', 'r', '--out', 'file/x/y'], 'on the way is a file'],
    [['decode', 'file', '--out', 'file'], 'expected a folder, but there is a file "file"'],
    [['decompress', 'file', 'file'], 'expected a folder, but there is a file "file"'],
    [['encode', '.', '--run', 'r', '--out', 'folder.npz'], 'expected a file, but "folder.npz" is a folder'],
    [['encode', '.', '--run', 'r', '--out', 'file/x.npz'], 'on the way is a file'],
    [['compress', '.', 'folder.tsr', '--run', 'r'], 'expected a file, but "folder.tsr" is a folder'],
  ])('%j is refused before any work if something else is there', async (args, why) => {
    const ran = await opened(args);
    expect(ran.err[0]).toContain(why);
    expect(ran.code).toBe(2);
    expect(ran.opened).toEqual([]);
  });
});

describe('the workspace', () => {
  test.each([['--workspace='], ['--workspace= '], ['--workspace', '']])('%j is wrong usage', async (...args) => {
    const ran = await opened(['runs', ...args.filter((arg) => typeof arg === 'string')]);
    expect(ran.code).toBe(2);
    expect(ran.err[0]).toBe('error: --workspace: expected a folder, but it is empty.');
    expect(ran.opened).toEqual([]);
  });

  test('needs a home folder or a name', () => {
    const home = process.env.HOME;
    try {
      for (const wrong of ['', 'relative']) {
        process.env.HOME = wrong;
        expect(() => defaultWorkspace({}, 'linux')).toThrow(/There is no home folder .*HOME is /);
      }
    } finally {
      process.env.HOME = home;
    }
  });

  test.runIf(process.platform === 'linux')(
    'where nothing can be made is refused, naming the folder and the way out',
    async () => {
      const place = '/proc/nobody/.local/share/tessera';
      await expect(openWorkbench({ workspace: place, resources: null })).rejects.toMatchObject({
        message: `The workspace can't be opened. The folder ${place} can't be made.`,
        hint: 'Choose another folder with --workspace.',
      });
    },
  );
});
