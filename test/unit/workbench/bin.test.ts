import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { binHandlers, createBin, type Bin } from '../../../main/workbench/bin';

let folder: string;
let bin: Bin;
const changed = vi.fn();
const at = (...names: string[]): string => path.join(folder, ...names);

function write(name: string, content: string): void {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), content);
}
/** A run's folder of `bytes` bytes. */
function aRun(id: string, bytes = 100): void {
  const manifest = JSON.stringify({ name: `Run ${id}` });
  write(`runs/${id}/run.json`, manifest);
  write(`runs/${id}/checkpoints/5/weights`, 'x'.repeat(bytes - manifest.length));
}

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-bin-'));
  changed.mockClear();
  bin = createBin(at('trash'), changed);
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

describe('the bin', () => {
  test('is empty before anything was removed, also without its folder', async () => {
    expect(await bin.list()).toEqual([]);
    expect(await bin.empty()).toEqual({ entries: 0, bytes: 0 });
    await bin.sweep();
  });

  test('lists what is in it, newest first, with name, time and size of all files', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-03-04T05:06:07.089Z') });
    aRun('a', 300);
    bin.put('a', at('runs', 'a'));
    vi.setSystemTime(new Date('2026-03-05T00:00:00.000Z'));
    write('datasets/pets/dataset.json', '{"name":"Pets"}');
    bin.put('pets', at('datasets', 'pets'));
    expect(await bin.list()).toMatchObject([
      { kind: 'dataset', id: 'pets', name: 'Pets', bytes: 15, removedAt: '2026-03-05T00:00:00.000Z' },
      { kind: 'run', id: 'a', name: 'Run a', bytes: 300, removedAt: '2026-03-04T05:06:07.089Z' },
    ]);
    expect(changed).toHaveBeenCalledTimes(2);
  });

  test('puts the one removed last back where one id was removed twice, or the one that is named', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 0 });
    write('runs/a/run.json', '{"name":"First"}');
    const first = bin.put('a', at('runs', 'a'));
    vi.setSystemTime(1000);
    write('runs/a/run.json', '{"name":"Second"}');
    bin.put('a', at('runs', 'a'));
    bin.takeOut('run', 'a', at('runs', 'a'));
    expect(readFileSync(at('runs/a/run.json'), 'utf8')).toContain('Second');
    rmSync(at('runs', 'a'), { recursive: true });
    bin.takeOut('run', 'a', at('runs', 'a'), first);
    expect(readFileSync(at('runs/a/run.json'), 'utf8')).toContain('First');
    expect(bin.has('run', 'a')).toBe(false);
  });

  test('does not put a thing back over another, nor one that is gone', () => {
    aRun('a');
    bin.put('a', at('runs', 'a'));
    aRun('a');
    expect(() => bin.takeOut('run', 'a', at('runs', 'a'))).toThrow('taken its place');
    expect(() => bin.takeOut('run', 'b', at('runs', 'b'))).toThrow('no longer in the bin');
    expect(() => bin.takeOut('dataset', 'a', at('datasets', 'a'))).toThrow('no longer in the bin');
  });

  test('deletes one entry or all for good, and says how much', async () => {
    for (const id of ['a', 'b', 'c']) {
      aRun(id, 200);
      bin.put(id, at('runs', id));
    }
    const key = (await bin.list()).find(({ id }) => id === 'b')!.key;
    expect(await bin.empty(key)).toEqual({ entries: 1, bytes: 200 });
    await expect(bin.empty(key)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await bin.list()).map(({ id }) => id).sort()).toEqual(['a', 'c']);
    expect(await bin.empty()).toEqual({ entries: 2, bytes: 400 });
    expect(readdirSync(at('trash'))).toEqual([]);
  });

  test('finishes what a process left behind that ended while it emptied the bin, and only that', async () => {
    aRun('a');
    bin.put('a', at('runs', 'a'));
    write('trash/.leaving-b.20260304T050607089Z.abcdef/run.json', '{}');
    expect((await bin.list()).map(({ id }) => id)).toEqual(['a']);
    await bin.sweep();
    expect(existsSync(at('trash/.leaving-b.20260304T050607089Z.abcdef'))).toBe(false);
    expect((await bin.list()).map(({ id }) => id)).toEqual(['a']);
  });

  test('reads entries of an older Tessera, and names a folder that is neither dataset nor run', async () => {
    write('trash/old-run-0123456789ab/run.json', '{"name":"Old"}');
    write('trash/something/file', 'x');
    const listed = await bin.list();
    expect(listed).toContainEqual(expect.objectContaining({ kind: 'run', id: 'old-run', name: 'Old' }));
    expect(listed).toContainEqual(expect.objectContaining({ kind: 'other', id: 'something', name: 'something' }));
    bin.takeOut('run', 'old-run', at('runs', 'old-run'));
    expect(readFileSync(at('runs/old-run/run.json'), 'utf8')).toContain('Old');
    const handlers = binHandlers(bin, { dataset: () => undefined, run: () => undefined });
    const context = { signal: new AbortController().signal, progress: () => undefined };
    await expect(handlers['bin.restore']({ key: 'something' }, context)).rejects.toMatchObject({ code: 'BAD_FILE' });
  });

  test('keeps one whose description is damaged under its id', async () => {
    write('runs/a/run.json', '{"na');
    bin.put('a', at('runs', 'a'));
    expect(await bin.list()).toMatchObject([{ kind: 'run', id: 'a', name: 'a' }]);
  });
});
