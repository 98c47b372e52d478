import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostContract, silentContract, workbenchContract } from '@shared/contract';
import { createPeer, streamPipe } from '@shared/wire';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const outDir = path.join(root, '.cache', `workbench-${process.pid}`); // inside the project, so that packages are found
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-process-'));
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '@shared': path.join(root, 'shared') } },
    ssr: { external: true },
    build: { ssr: path.join(root, 'main/workbench/process.ts'), outDir, emptyOutDir: true, target: 'node20' },
  });
}, 60_000);
afterAll(() => {
  rmSync(outDir, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

function start(workspace: string) {
  const child: ChildProcess = spawn(process.execPath, [path.join(outDir, 'process.js'), '--workspace', workspace], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, TESSERA_RESOURCES: folder },
  });
  const host = createPeer(streamPipe(child.stdio[4] as Duplex), hostContract, silentContract, {});
  let printed = '';
  child.stderr!.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  return {
    host,
    page: createPeer(streamPipe(child.stdio[3] as Duplex), workbenchContract, silentContract, {}),
    ready: new Promise<{ workspace: string }>((resolve) => host.on('host.ready', resolve)),
    ended: new Promise<{ code: number | null; printed: string }>((resolve) =>
      child.on('close', (code) => resolve({ code, printed })),
    ),
    stopListening: () => (child.stdio[4] as Duplex).destroy(),
  };
}

describe('the process of the workbench', () => {
  test('answers page and host each on its own pipe, and ends when the host asks', async () => {
    const workspace = path.join(folder, 'one');
    const { host, page, ready, ended } = start(workspace);
    expect(await ready).toEqual({ workspace });
    expect(await page.request('app.info', {})).toMatchObject({ host: 'desktop', workspace });
    const pictures = path.join(folder, 'pictures');
    mkdirSync(pictures);
    const { grant } = await host.request('host.grant', { paths: [pictures] });
    expect(grant.length).toBeGreaterThan(20);
    await expect(host.request('host.grant', { paths: ['relative'] })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await host.request('host.close', {})).toEqual({});
    expect(await ended).toEqual({ code: 0, printed: '' });
  });

  test('ends when the host is gone', async () => {
    const { ready, ended, stopListening } = start(path.join(folder, 'two'));
    await ready;
    stopListening();
    expect((await ended).code).toBe(0);
  });

  test('says why it can not open a workspace that another one hosts', async () => {
    const workspace = path.join(folder, 'three');
    const first = start(workspace);
    await first.ready;
    const { code, printed } = await start(workspace).ended;
    expect([code, printed]).toEqual([1, expect.stringContaining('has the workspace')]);
    await first.host.request('host.close', {});
    await first.ended;
  });
});
