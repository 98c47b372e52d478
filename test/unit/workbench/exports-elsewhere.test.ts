import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createExports } from '../../../main/workbench/exports';
import { createStaging } from '../../../main/workbench/workspace';

let root: string;
beforeEach(async () => void (root = await mkdtemp(path.join(os.tmpdir(), 'tessera-exports-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('an export out of a workspace that can’t be written to', () => {
  /** Files where the folders should be: nothing can be made in them, by no user. */
  const open = () => {
    for (const name of ['staging', 'exports']) writeFileSync(path.join(root, name), '');
    const staging = createStaging(path.join(root, 'staging'));
    return createExports({ root: path.join(root, 'exports'), models: {} as never, staging });
  };
  const text = async (exports: ReturnType<typeof open>): Promise<string> =>
    Buffer.from((await exports.read('a', 'x.txt', 0)).bytes).toString();

  it('lies elsewhere until the workbench closes, the newest of each name alone', async () => {
    const exports = open();
    const first = await exports.write('a', { 'x.txt': 'old' });
    expect(await text(exports)).toBe('old');
    const second = await exports.write('a', { 'x.txt': 'new' });
    expect(await text(exports)).toBe('new');
    await expect.poll(() => existsSync(first.path)).toBe(false);
    expect(existsSync(second.path)).toBe(true);
    await exports.close();
    expect(existsSync(path.dirname(second.path))).toBe(false);
  });

  it('gives way to one in the workspace once that can be written to', async () => {
    const exports = open();
    const first = await exports.write('a', { 'x.txt': 'old' });
    for (const name of ['staging', 'exports']) {
      rmSync(path.join(root, name));
      mkdirSync(path.join(root, name));
    }
    const { path: place } = await exports.write('a', { 'x.txt': 'new' });
    expect(place).toBe(path.join(root, 'exports', 'a'));
    expect(await text(exports)).toBe('new');
    await expect.poll(() => existsSync(first.path)).toBe(false);
  });
});
