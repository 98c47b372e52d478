import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { acquireLock } from '../../../../../main/engine/tensorflow/native/lock';
import { temporaryFolder } from './fake-wheels';

const quick = { interval: 5 };

describe('the set-up lock', () => {
  it('is held by one at a time', async () => {
    const file = path.join(temporaryFolder(), 'lock');
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const release = await acquireLock(file, quick);
        most = Math.max(most, ++inside);
        await new Promise(setImmediate);
        inside--;
        await release();
      }),
    );
    expect(most).toBe(1);
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });

  it('tells who is waited for, once, and passes on when it is given back', async () => {
    const file = path.join(temporaryFolder(), 'lock');
    const release = await acquireLock(file, quick);
    const told: number[] = [];
    let give: (() => void) | undefined;
    const waiting = new Promise<void>((resolve) => (give = resolve));
    const second = acquireLock(file, { ...quick, onWait: (pid) => (told.push(pid), give?.()) });
    await waiting;
    await release();
    await (
      await second
    )();
    expect(told).toEqual([process.pid]);
  });

  it('is taken over from a process that was killed', async () => {
    const file = path.join(temporaryFolder(), 'lock');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); process.stdout.write("up")'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout, 'data');
    writeFileSync(file, JSON.stringify({ pid: child.pid, host: os.hostname(), token: 'theirs' }));
    const waited: number[] = [];
    const second = acquireLock(file, {
      ...quick,
      onWait: (pid) => {
        waited.push(pid);
        child.kill('SIGKILL');
      },
    });
    const release = await second;
    expect(waited).toEqual([child.pid]);
    expect(JSON.parse(readFileSync(file, 'utf8')).pid).toBe(process.pid);
    await release();
    expect(existsSync(file)).toBe(false);
  });

  it('does not remove a lock that meanwhile belongs to somebody else', async () => {
    const file = path.join(temporaryFolder(), 'lock');
    const release = await acquireLock(file, quick);
    const theirs = JSON.stringify({ pid: process.pid, host: os.hostname(), token: 'theirs' });
    writeFileSync(file, theirs);
    await release();
    expect(readFileSync(file, 'utf8')).toBe(theirs);
  });

  it('stops waiting at a signal', async () => {
    const file = path.join(temporaryFolder(), 'lock');
    const release = await acquireLock(file, quick);
    const stop = new AbortController();
    await expect(acquireLock(file, { ...quick, signal: stop.signal, onWait: () => stop.abort() })).rejects.toThrow();
    await release();
  });
});
