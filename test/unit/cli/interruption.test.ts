/** The built command line in a process group of its own, as a terminal starts it, with scripted engines. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, inject } from 'vitest';
import type { Script } from '../../support/workbench';

const root = fileURLToPath(new URL('../../..', import.meta.url));
// as in a checkout, so that packages are found and the version is two folders up
const outDir = path.join(root, '.cache', `cli-${process.pid}`, 'node');
const hasGroups = process.platform !== 'win32';

let folder: string;
beforeAll(async () => {
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '@shared': path.join(root, 'shared') } },
    ssr: { external: true },
    build: { ssr: path.join(root, 'main/cli/main.ts'), outDir, emptyOutDir: true, target: 'node20' },
  });
  writeFileSync(path.join(outDir, '../../package.json'), JSON.stringify({ version: '1.2.3', type: 'module' }));
  writeFileSync(
    path.join(outDir, 'engine.js'),
    `process.argv.splice(2, 0, process.env.TESSERA_SCRIPT); await import(${JSON.stringify(inject('fakeEngine'))});`,
  );
}, 60_000);
afterAll(() => rmSync(path.dirname(outDir), { recursive: true, force: true }));
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-interruption-'));
  mkdirSync(path.join(folder, 'pictures'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs `tessera <args>`; `when` sees all that was printed, and what it may do: send the whole group a signal, or look away. */
function tessera(
  args: string[],
  options: {
    script?: Script;
    stdout?: number;
    when?: (printed: string, act: { interrupt(): void; lookAway(): void }) => void;
  } = {},
): Promise<Ended> {
  const { script = {}, stdout = 'pipe', when } = options;
  const child = spawn(
    process.execPath,
    [path.join(outDir, 'main.js'), ...args, '--workspace', path.join(folder, 'w')],
    {
      detached: true,
      cwd: folder,
      stdio: ['ignore', stdout, 'pipe'],
      env: { ...process.env, TESSERA_SCRIPT: JSON.stringify({ ...script, folder }) },
    },
  );
  const ended: Ended = { code: null, out: '', err: '' };
  let acted = false;
  const act = {
    interrupt: () => {
      if (!acted) process.kill(-child.pid!, 'SIGINT');
      acted = true;
    },
    lookAway: () => void child.stdout?.destroy(),
  };
  child.stdout?.on('data', (chunk: Buffer) => {
    ended.out += chunk.toString();
    when?.(ended.out, act);
  });
  child.stderr!.on('data', (chunk: Buffer) => {
    ended.err += chunk.toString();
    when?.(ended.err, act);
  });
  return new Promise((resolve) =>
    child.on('close', (code) => {
      ended.code = code;
      resolve(ended);
    }),
  );
}

const importing = ['import', 'pictures', '--json'];
const training = ['train', '--dataset', 'pictures', '--model', 'vq-vae', '--preset', 'tiny', '--steps', '100000'];
const slowly: Script = { trainer: { stepMs: 5 } };

describe.runIf(hasGroups)('a Ctrl-C in a terminal, which every process of the group hears', () => {
  test('stops training with a checkpoint: the engine isn’t lost', async () => {
    expect((await tessera(importing)).code).toBe(0);
    const { code, out, err } = await tessera(training, {
      script: slowly,
      when: (printed, { interrupt }) => /step \d/.test(printed) && interrupt(),
    });
    expect(err).toBe('');
    expect(out).toMatch(
      /\((\S+)\) stopped at step \d+, checkpoint at step \d+\.\nGo on with: tessera train --resume \1\n$/,
    );
    expect(code).toBe(130);
  }, 60_000);

  test('cancels an import, says so, and leaves nothing half made', async () => {
    const { code, out } = await tessera(importing, {
      script: { library: { import: 'wait' } },
      when: (printed, { interrupt }) => printed.includes('progress') && interrupt(),
    });
    expect(code).toBe(130);
    expect(JSON.parse(out.trim().split('\n').at(-1)!)).toMatchObject({
      error: { code: 'CANCELLED', message: 'Cancelled.' },
    });
    expect(readdirSync(path.join(folder, 'w', 'staging'))).toEqual([]);
    expect(readdirSync(path.join(folder, 'w', 'datasets'))).toEqual([]);
  }, 60_000);

  test('closes the browser’s host', async () => {
    const { code, err } = await tessera(['serve', '--port', '0'], {
      when: (printed, { interrupt }) => printed.includes('http://') && interrupt(),
    });
    expect(err).toMatch(/^Tessera is closed\.\n$/m);
    expect(code).toBe(130);
  }, 60_000);
});

describe('a standard output that can’t be written', () => {
  test.runIf(existsSync('/dev/full'))(
    'because the disk is full ends in one sentence, with a checkpoint',
    async () => {
      expect((await tessera(importing)).code).toBe(0);
      const full = openSync('/dev/full', 'w');
      const { code, err } = await tessera(training, { script: slowly, stdout: full });
      closeSync(full);
      expect(err).toBe('The disk is full: standard output could not be written. Make room, then try again.\n');
      expect(code).toBe(1);
      expect(checkpoints()).not.toEqual([]);
    },
    60_000,
  );

  test('because nobody reads it any more ends in one sentence, with a checkpoint', async () => {
    expect((await tessera(importing)).code).toBe(0);
    const { code, err } = await tessera([...training, '--json'], {
      script: slowly,
      when: (_printed, { lookAway }) => lookAway(),
    });
    expect(err).toBe('Standard output was closed before the command had ended.\n');
    expect(code).toBe(1);
    expect(checkpoints()).not.toEqual([]);
  }, 60_000);
});

function checkpoints(): string[] {
  const runs = path.join(folder, 'w', 'runs');
  return readdirSync(runs).flatMap((run) => readdirSync(path.join(runs, run, 'checkpoints')));
}
