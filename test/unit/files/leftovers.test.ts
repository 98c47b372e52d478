import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolder, sweepLeftovers, temporaryFile, temporaryFolder } from '../../../main/files';
import { keyOf, ownIdentity, ownKey } from '../../../main/files/identity';
import { createStaging, sweepWorkspace, workspacePaths } from '../../../main/workbench/workspace';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-leftovers-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Keys of processes that are no more: one that ended, one whose pid this process has now, one of another boot. */
const dead = spawnSync(process.execPath, ['-e', '']).pid;
const gone = [
  keyOf({ ...ownIdentity, pid: dead }),
  ...(process.platform === 'linux'
    ? [keyOf({ ...ownIdentity, startTicks: 1 }), keyOf({ ...ownIdentity, bootId: '00000000' })]
    : []),
];

function put(...names: string[]): void {
  for (const name of names) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), '');
  }
}

describe('what killed processes left', () => {
  test.each(gone)('is swept, whatever runs under the pid now (%s)', (key) => {
    put(`run.json.${key}-3.tmp`, `.writing-5-${key}-1/state.json`, `engine.part-${key}/lib.so`);
    sweepLeftovers(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('stays while its process lives', () => {
    const file = temporaryFile(path.join(folder, 'run.json'));
    const inFolder = temporaryFolder(path.join(folder, '5'));
    put(path.relative(folder, file), `${path.relative(folder, inFolder)}/state.json`);
    sweepLeftovers(folder, { own: true });
    expect(existsSync(file) && existsSync(inFolder)).toBe(true);
  });

  test('is told from what is a person’s own by its whole name', () => {
    const names = ['movie.part-1', 'a.5-1.tmp', '.writing-notes-3', 'vq-vae-2-ab12', 'x.tmp', '12-ab'];
    put(...names);
    sweepLeftovers(folder);
    expect(readdirSync(folder).sort()).toEqual(names.sort());
  });

  test('by a version before, which wrote the pid alone, is swept from Tessera’s own folders', () => {
    put(`run.json.${dead}-3.tmp`, `.writing-5-${dead}/state.json`, `run.json.${process.ppid}-1.tmp`, 'vq-vae-2-ab12');
    sweepLeftovers(folder, { own: true });
    expect(readdirSync(folder).sort()).toEqual([`run.json.${process.ppid}-1.tmp`, 'vq-vae-2-ab12']);
  });
});

test('whoever opens a workspace sweeps all its folders, and leaves what others work on', () => {
  const key = gone[0]!;
  put(
    `bundled.json.${key}-1.tmp`,
    `staging/${key}-aa/pack`,
    `staging/${dead}-bb/pack`,
    `staging/${ownKey}-cc/pack`,
    `datasets/.writing-a-${key}-1/pack`,
    `datasets/a/dataset.json.${key}-1.tmp`,
    `datasets/a/dataset.json`,
    `exports/.writing-b-${key}-1/model`,
    `runs/r/status.json.${key}-1.tmp`,
    `runs/r/checkpoints/.writing-9-${key}-2/state.json`,
    `runs/r/checkpoints/5/state.json.${key}-2.tmp`,
    `runs/r/checkpoints/5/state.json`,
    `runs/r/checkpoints/.writing-10-${ownKey}-2/state.json`,
  );
  const paths = workspacePaths(folder);
  sweepWorkspace(paths, createStaging(paths.staging));
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
  expect(files).toEqual([
    'datasets/a/dataset.json',
    `runs/r/checkpoints/.writing-10-${ownKey}-2/state.json`,
    'runs/r/checkpoints/5/state.json',
    `staging/${ownKey}-cc/pack`,
  ]);
});

describe('a folder', () => {
  test('is made with all above it, and is no error where it is there', () => {
    const deep = path.join(folder, 'a', 'b', 'c');
    makeFolder(deep);
    makeFolder(deep);
    expect(existsSync(deep)).toBe(true);
  });

  test.runIf(process.platform === 'linux')('where nothing can be made is refused, not waited for', () => {
    expect(() => makeFolder('/proc/nobody/here')).toThrow('ENOENT');
    put('file');
    expect(() => makeFolder(path.join(folder, 'file'))).toThrow('EEXIST');
    expect(() => makeFolder(path.join(folder, 'file', 'x'))).toThrow('ENOTDIR');
  });
});
