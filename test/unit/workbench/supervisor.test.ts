import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { studioContract, type EngineStatus } from '@shared/contract';
import {
  createLauncher,
  createLog,
  createSupervisor,
  systemClock,
  type EnginePolicy,
  type Supervisor,
} from '../../../main/workbench/engine';
import { createBackOff } from '../../../main/workbench/engine/back-off';
import { engineEnvironment } from '../../../main/workbench/engine/launch';
import { briskPolicy, scriptedEngine, type Script } from '../../support/workbench';

let folder: string;
const supervisors: Supervisor<typeof studioContract>[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-engine-'));
});
afterEach(async () => {
  await Promise.all(supervisors.splice(0).map((supervisor) => supervisor.stop()));
  rmSync(folder, { recursive: true, force: true });
});

interface Watched {
  supervisor: Supervisor<typeof studioContract>;
  statuses: EngineStatus[];
  lost: string[];
  /** The next status in this state. */
  reaches(state: EngineStatus['state']): Promise<EngineStatus>;
}

function supervise(
  script: Script,
  options: { policy?: EnginePolicy; idleAfter?: number | null; command?: string } = {},
): Watched {
  const statuses: EngineStatus[] = [];
  const lost: string[] = [];
  const waiting: { state: string; resolve(status: EngineStatus): void }[] = [];
  const engine = scriptedEngine(script, folder);
  const supervisor = createSupervisor({
    role: 'studio',
    contract: studioContract,
    launch: createLauncher({ ...engine, command: options.command ?? engine.command }),
    openLog: () => createLog(path.join(folder, 'studio.log')),
    clock: systemClock,
    policy: options.policy ?? briskPolicy,
    idleAfter: options.idleAfter ?? null,
    onStatus: (status) => {
      statuses.push(status);
      for (const waiter of waiting.splice(0)) {
        if (waiter.state === status.state) waiter.resolve(status);
        else waiting.push(waiter);
      }
    },
    onLost: (exit, tail) => lost.push(`${exit.description}: ${tail.trim()}`),
  });
  supervisors.push(supervisor);
  return { supervisor, statuses, lost, reaches: (state) => new Promise((resolve) => waiting.push({ state, resolve })) };
}

const model = { runDirectory: '/runs/one', step: 3 };
const latent = { kind: 'codes' as const, indices: Int32Array.of(0) };

describe('a supervised process', () => {
  test('starts with the first request, keeps its output, and ends when it is stopped', async () => {
    const { supervisor, statuses } = supervise({});
    expect(supervisor.status().state).toBe('idle');
    expect(await supervisor.request('studio.open', model)).toMatchObject({ run: 'one', step: 3 });
    expect(statuses.map(({ state }) => state)).toEqual(['starting', 'ready']);
    const { pid } = supervisor.status();
    await supervisor.stop();
    expect(supervisor.status()).toMatchObject({ state: 'stopped', pid: null });
    expect(() => process.kill(pid!, 0)).toThrow();
    expect(readFileSync(path.join(folder, 'studio.log'), 'utf8')).toContain('fake studio at work');
    await expect(supervisor.request('studio.open', model)).rejects.toMatchObject({ code: 'ENGINE_LOST' });
  });

  test('that dies rejects what it was asked, says so, and comes back by itself', async () => {
    const { supervisor, lost, reaches } = supervise({ studio: { decode: 'crash once' } });
    await supervisor.request('studio.open', model);
    const restarting = reaches('restarting');
    await expect(supervisor.request('studio.decode', { ...model, latent })).rejects.toMatchObject({
      code: 'ENGINE_LOST',
    });
    await restarting;
    await reaches('ready');
    expect(lost).toEqual(['was ended by SIGKILL: fake studio at work']);
    expect(supervisor.status().restarts).toBe(1);
    expect(await supervisor.request('studio.decode', { ...model, latent })).toMatchObject({ step: 3 });
  });

  test('that dies again and again is given up after the attempts, and tried again later', async () => {
    const { supervisor, statuses, reaches } = supervise({ studio: { decode: 'crash' } });
    const failed = reaches('failed');
    for (let i = 0; i < 4; i++)
      await expect(supervisor.request('studio.decode', { ...model, latent })).rejects.toMatchObject({
        code: 'ENGINE_LOST',
      });
    await failed;
    expect(supervisor.status().restarts).toBe(3);
    await expect(supervisor.request('studio.open', model)).rejects.toThrow('ended too often');
    expect(statuses.at(-1)!.state).toBe('failed');
    await new Promise((resolve) => systemClock.after(briskPolicy.backOff.longest * 2, () => resolve(null)));
    expect(await supervisor.request('studio.open', model)).toMatchObject({ step: 3 });
  });

  test('that ends before it is ready fails the request and is not tried again by itself', async () => {
    const { supervisor, lost } = supervise({ studio: { start: 'exit' } });
    await expect(supervisor.request('studio.open', model)).rejects.toThrow(
      'ended with exit code 3 before it was ready',
    );
    expect(supervisor.status().state).toBe('failed');
    expect(lost).toEqual([]);
  });

  test('that never says that it is ready is ended at the deadline', async () => {
    const policy = { ...briskPolicy, studio: { ...briskPolicy.studio, ready: 300 } };
    const { supervisor } = supervise({ studio: { start: 'silent' } }, { policy });
    await expect(supervisor.request('studio.open', model)).rejects.toThrow('was not ready after');
  });

  test('whose program is missing fails with the reason', async () => {
    const { supervisor } = supervise({}, { command: path.join(folder, 'no-such-node') });
    await expect(supervisor.request('studio.open', model)).rejects.toThrow('could not be started');
  });

  test('ends when it has been idle, and starts again when it is needed', async () => {
    const { supervisor, reaches } = supervise({}, { idleAfter: 20 });
    const idle = reaches('idle');
    await supervisor.request('studio.open', model);
    const { pid } = supervisor.status();
    await idle;
    expect(await supervisor.request('studio.open', model)).toMatchObject({ step: 3 });
    expect(supervisor.status().pid).not.toBe(pid);
  });
});

test('back-off doubles up to its limit, ends after its attempts, and begins anew when all is well', () => {
  const backOff = createBackOff({ first: 1000, longest: 5000, attempts: 5, healthyAfter: 0 });
  expect(Array.from({ length: 6 }, () => backOff.next())).toEqual([1000, 2000, 4000, 5000, 5000, null]);
  backOff.reset();
  expect(backOff.next()).toBe(1000);
});

test('an engine process gets where things lie and how TensorFlow is tuned, and no more of the environment', () => {
  const given = {
    PATH: '/bin',
    HOME: '/home/a',
    TF_NUM_INTRAOP_THREADS: '2',
    TESSERA_CACHE: '/c',
    NODE_OPTIONS: '--x',
    ELECTRON_RUN_AS_NODE: '1',
    AWS_SECRET_ACCESS_KEY: 'k',
    GITHUB_TOKEN: 't',
  };
  expect(engineEnvironment(given)).toEqual({
    PATH: '/bin',
    HOME: '/home/a',
    TF_NUM_INTRAOP_THREADS: '2',
    TESSERA_CACHE: '/c',
  });
});
