import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readLogEnd } from '../../../main/workbench/runs/log-file';
import { readPreview, readPreviews, readUsage } from '../../../main/workbench/runs/pictures';
import { replaceFile } from '../../../main/files';
import { createStaging, slug } from '../../../main/workbench/workspace';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-run-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

describe('the folder of a run', () => {
  test('shows previews of the size its index says', async () => {
    expect(await readPreviews(folder)).toEqual({ steps: [], originals: null });
    write('previews/index.json', JSON.stringify({ items: [3, 9], height: 2, width: 2, channels: 3 }));
    write('previews/originals.u8', new Uint8Array(24).fill(1));
    write('previews/100.u8', new Uint8Array(24).fill(2));
    write('previews/20.u8', new Uint8Array(24).fill(3));
    write('previews/30.u8', new Uint8Array(5));
    const { steps, originals } = await readPreviews(folder);
    expect(steps).toEqual([20, 30, 100]);
    expect(originals).toMatchObject({ count: 2, signal: { height: 2, width: 2, channels: 3 } });
    expect((await readPreview(folder, 100)).data).toEqual(new Uint8Array(24).fill(2));
    await expect(readPreview(folder, 30)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(readPreview(folder, 7)).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'step' });
  });

  test('shows as many samples as a prior drew, which has no originals', async () => {
    write('previews/index.json', JSON.stringify({ items: [], height: 2, width: 2, channels: 3 }));
    write('previews/100.u8', new Uint8Array(36).fill(2));
    write('previews/200.u8', new Uint8Array(5));
    expect(await readPreviews(folder)).toEqual({ steps: [100, 200], originals: null });
    expect(await readPreview(folder, 100)).toMatchObject({ count: 3, signal: { height: 2, width: 2 } });
    await expect(readPreview(folder, 200)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('tells how often each code was used at each evaluation', async () => {
    expect(await readUsage(folder)).toEqual({ steps: [], codes: 0, counts: new Uint32Array(0) });
    write('usage/250.u32', new Uint8Array(Uint32Array.of(1, 2, 300_000).buffer));
    write('usage/1000.u32', new Uint8Array(Uint32Array.of(4, 5, 6).buffer));
    write('usage/500.u32', new Uint8Array(7));
    expect(await readUsage(folder)).toEqual({
      steps: [250, 1000],
      codes: 3,
      counts: Uint32Array.of(1, 2, 300_000, 4, 5, 6),
    });
  });

  test('gives the end of a long log from the start of a line', async () => {
    expect(await readLogEnd(path.join(folder, 'log.txt'))).toBe('');
    write('log.txt', Array.from({ length: 40_000 }, (_, i) => `line ${i}\n`).join(''));
    const text = await readLogEnd(path.join(folder, 'log.txt'));
    expect(text).toMatch(/^line \d+\n/);
    expect(text.endsWith('line 39999\n')).toBe(true);
    expect(text.length).toBeLessThanOrEqual(256 * 1024);
  });
});

describe('the workspace', () => {
  test('replaces a file whole, and leaves the old one and nothing else when that fails', () => {
    const file = path.join(folder, 'a.json');
    replaceFile(file, 'one');
    replaceFile(file, 'two');
    mkdirSync(path.join(folder, 'taken'));
    expect(() => replaceFile(path.join(folder, 'taken'), 'three')).toThrow();
    expect(readdirSync(folder).sort()).toEqual(['a.json', 'taken']);
  });

  test('makes ids of names in any script', () => {
    expect(
      ['Cats & Dogs', 'Été à Paris!', '花卉', '--a--', 'x'.repeat(200)].map((name) => slug(name, 'dataset')),
    ).toEqual(['cats-dogs', 'ete-a-paris', 'dataset', 'a', 'x'.repeat(60)]);
  });

  test('sweeps from staging what is not the work of a living process', async () => {
    const root = path.join(folder, 'staging');
    mkdirSync(root);
    const staging = createStaging(root);
    for (const name of ['999999999-00', 'stray', `${process.ppid}-ab`]) mkdirSync(path.join(root, name));
    await staging.sweep();
    expect(readdirSync(root)).toEqual([`${process.ppid}-ab`]);
  });
});
