import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { lockHolder, releaseOwnLock, takeLock } from '../../../main/files';
import { isKeyAlive, keyOf, ownIdentity, ownKey } from '../../../main/files/identity';
import { takeRun } from '../../../main/engine/training/run-files/lock';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const outDir = path.join(root, '.cache', `racer-${process.pid}`); // inside the project, so that packages are found
const onLinux = process.platform === 'linux';
const refused = (): Error => new Error('held');

let folder: string;
let file: string;
beforeAll(() =>
  build({
    root,
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '@shared': path.join(root, 'shared') } },
    ssr: { external: true },
    build: { ssr: path.join(root, 'test/support/racer.ts'), outDir, emptyOutDir: true, target: 'node20' },
  }),
);
afterAll(() => rmSync(outDir, { recursive: true, force: true }));
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-lock-'));
  file = path.join(folder, 'trainer.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process that is no more. */
function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

function write(holder: object): void {
  const own = { ...ownIdentity, host: os.hostname(), token: 'theirs', startedAt: '2026-01-01T00:00:00Z' };
  writeFileSync(file, JSON.stringify({ ...own, ...holder }));
}

async function message(child: ChildProcess): Promise<unknown> {
  const [said] = (await once(child, 'message')) as [unknown];
  return said;
}

describe('a lock', () => {
  test('goes to one of eight processes that race for it, from none, from a dead holder’s and from a torn one', async () => {
    const racers = Array.from({ length: 8 }, () => fork(path.join(outDir, 'racer.js'), { stdio: 'inherit' }));
    const dead = deadPid();
    const before: (string | null)[] = [
      null,
      JSON.stringify({ ...ownIdentity, pid: dead, host: os.hostname(), token: 'dead', startedAt: '' }),
      String(dead),
      '',
    ];
    try {
      for (let round = 0; round < 40; round++) {
        const contested = path.join(folder, `round-${round}.lock`);
        const go = path.join(folder, `go-${round}`);
        const content = before[round % before.length]!;
        if (content !== null) writeFileSync(contested, content);
        const ready = racers.map(message);
        for (const racer of racers) racer.send({ file: contested, go });
        await Promise.all(ready);
        const outcomes = racers.map(message);
        writeFileSync(go, '');
        const found = (await Promise.all(outcomes)) as { held: boolean; isOwn?: boolean; why?: string }[];
        expect(found.filter(({ held }) => held)).toEqual([{ held: true, isOwn: true }]);
        expect(found.filter(({ why }) => why === 'held')).toHaveLength(7);
        const given = racers.map(message);
        for (const racer of racers) racer.send('give');
        await Promise.all(given);
        expect(readdirSync(folder).filter((name) => !name.startsWith('go'))).toEqual([]);
      }
    } finally {
      for (const racer of racers) racer.kill();
    }
  }, 60_000);

  test('says who holds it, is refused meanwhile, and leaves nothing when it is given back', () => {
    const release = takeLock(file, refused);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      ...ownIdentity,
      host: os.hostname(),
      token: expect.any(String) as string,
      startedAt: expect.stringMatching(/^\d{4}-/) as string,
    });
    expect(() => takeLock(file, (holder) => new Error(`held by ${holder?.pid}`))).toThrow(`held by ${process.pid}`);
    release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is given back by its holder only', () => {
    const release = takeLock(file, refused);
    write({ pid: process.ppid, startTicks: null });
    const theirs = readFileSync(file, 'utf8');
    release();
    releaseOwnLock(file);
    expect(readFileSync(file, 'utf8')).toBe(theirs);
  });

  test.runIf(onLinux)('gives way if its pid is another process’s now, or of another boot', () => {
    for (const other of [{ startTicks: ownIdentity.startTicks! - 1 }, { bootId: crypto.randomUUID() }]) {
      write(other);
      expect(lockHolder(file)).toBeNull();
      takeLock(file, refused)();
      expect(existsSync(file)).toBe(false);
    }
  });

  test('of a process on another computer counts as held: it can’t be looked at', () => {
    write({ pid: deadPid(), host: 'elsewhere', bootId: crypto.randomUUID() });
    expect(lockHolder(file)?.host).toBe('elsewhere');
    expect(() => takeRun(folder)).toThrow(/^Process \d+ on elsewhere trains this run already/);
  });

  test('doesn’t care how old its file says it is', () => {
    write({});
    for (const time of [0, 4e9]) {
      utimesSync(file, time, time);
      expect(lockHolder(file)?.pid).toBe(process.pid);
    }
  });

  test.runIf(onLinux && existsSync('/usr/bin/faketime'))('stays held when the clock is put forward or back', () => {
    const release = takeLock(file, refused);
    const racer = path.join(outDir, 'racer.js');
    for (const clock of ['+3s', '-3s', '+400d', '-400d']) {
      const code = `
        process.send = (message, then) => (message === 'ready' ? then() : console.log(JSON.stringify(message)));
        await import(${JSON.stringify(racer)});
        process.emit('message', { file: ${JSON.stringify(file)}, go: ${JSON.stringify(folder)} });
      `;
      const args = ['-f', clock, process.execPath, '--input-type=module', '-e', code];
      const { stdout } = spawnSync('/usr/bin/faketime', args, { encoding: 'utf8' });
      expect(stdout.trim()).toBe('{"held":false,"why":"held"}');
    }
    release();
  });

  test.runIf(onLinux)('of a zombie, which is over and only waits to be collected, gives way', async () => {
    // a shell that has become another program by the time its child ends, and so never collects it
    const script = '(read line <&3) & echo $!; exec sleep 60';
    const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore', 'pipe'] });
    const [line] = (await once(parent.stdout!, 'data')) as [Buffer];
    const pid = Number(line.toString());
    while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim() !== 'sleep') await new Promise(setImmediate);
    (parent.stdio[3] as Writable).end('\n');
    const state = (): string => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.slice(0, 1);
    while (state() !== 'Z') await new Promise(setImmediate);
    const startTicks = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[19]);
    write({ pid, startTicks });
    expect(process.kill(pid, 0)).toBe(true);
    expect(lockHolder(file)).toBeNull();
    takeLock(file, refused)();
    parent.kill();
  });

  test('that a version before wrote, a pid alone, is respected while that process lives', () => {
    writeFileSync(file, String(process.ppid));
    expect(lockHolder(file)?.pid).toBe(process.ppid);
    expect(() => takeRun(folder)).toThrow(`Process ${process.ppid} trains this run already`);
    const dead = deadPid();
    for (const gone of [String(dead), '999999999', 'nonsense', '', String(process.pid)]) {
      writeFileSync(file, gone);
      expect(lockHolder(file)).toBeNull();
      takeRun(folder)();
      expect(existsSync(file)).toBe(false);
    }
  });

  test.runIf(onLinux)('of before is not a program’s that has nothing to do with Tessera and got the pid since', () => {
    const other = spawn('sleep', ['60'], { stdio: 'ignore' });
    writeFileSync(file, String(other.pid));
    expect(lockHolder(file)).toBeNull();
    other.kill();
  });

  test('is taken over when whoever took it over before was killed at it', () => {
    write({ pid: deadPid() });
    writeFileSync(`${file}.guard`, readFileSync(file));
    takeLock(file, refused)();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the key of a process', () => {
  test('tells whether that very process lives', () => {
    expect(isKeyAlive(ownKey)).toBe(true);
    expect(isKeyAlive(keyOf({ ...ownIdentity, pid: deadPid() }))).toBe(false);
    if (onLinux) {
      expect(isKeyAlive(keyOf({ ...ownIdentity, startTicks: 1 }))).toBe(false);
      expect(isKeyAlive(keyOf({ ...ownIdentity, bootId: '00000000-0000' }))).toBe(false);
    }
    expect(isKeyAlive('nonsense')).toBe(false);
    expect(isKeyAlive(String(process.ppid))).toBe(true);
  });
});
