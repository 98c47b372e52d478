import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { holdsLock, takeLock } from '../../../main/files';
import { takeRun } from '../../../main/engine/training/run-files/lock';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-lock-'));
  file = path.join(folder, 'trainer.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** As if it had been written before the process with its pid began. */
function age(): void {
  const monthAgo = new Date(Date.now() - 30 * 24 * 3600 * 1000);
  utimesSync(file, monthAgo, monthAgo);
}

describe('a lock', () => {
  test('is held by a living process, not by another that has got its pid since', () => {
    expect(holdsLock(file)).toBeNull();
    writeFileSync(file, String(process.pid));
    expect(holdsLock(file)).toBe(process.pid);
    age();
    expect(holdsLock(file)).toBeNull();
    writeFileSync(file, '999999999');
    expect(holdsLock(file)).toBeNull();
    writeFileSync(file, 'nonsense');
    expect(holdsLock(file)).toBeNull();
  });

  test('is refused while its holder lives, naming it, and given back whole', () => {
    writeFileSync(file, String(process.ppid));
    expect(() => takeLock(file, (holder) => new Error(`held by ${holder}`))).toThrow(`held by ${process.ppid}`);
    rmSync(file);
    const release = takeLock(file, () => new Error('held'));
    expect(readFileSync(file, 'utf8')).toBe(String(process.pid));
    release();
    expect(existsSync(file)).toBe(false);
  });

  test('of a run whose trainer died gives way, also when another process has got that pid', () => {
    writeFileSync(file, String(process.ppid));
    expect(() => takeRun(folder)).toThrow(`Process ${process.ppid} trains this run already`);
    age();
    takeRun(folder)();
    expect(existsSync(file)).toBe(false);
  });
});
