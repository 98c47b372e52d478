import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const cli = path.join(root, 'dist', 'node', 'tessera.js');

export interface Serving {
  address: string;
  workspace: string;
  process: ChildProcess;
  /** What the server printed so far, for a failure's message. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts `tessera serve` on a free port with a workspace of its own, and waits for the address it prints. */
export async function startServe(
  options: {
    workspace?: string;
    keep?: boolean;
    /** On the port that the workspace was served on last, as a person starts it. */
    again?: boolean;
    environment?: NodeJS.ProcessEnv;
  } = {},
): Promise<Serving> {
  const workspace = options.workspace ?? (await mkdtemp(path.join(os.tmpdir(), 'tessera-e2e-')));
  const port = options.again ? [] : ['--port', '0'];
  const child = spawn(process.execPath, [cli, 'serve', ...port, '--workspace', workspace], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.environment },
  });
  let printed = '';
  const address = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      printed += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(printed);
      if (found) resolve(found[0]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', (code) => reject(new Error(`tessera serve ended with ${code}: ${printed}`)));
  });
  return {
    address,
    workspace,
    process: child,
    output: () => printed,
    stop: async () => {
      if (child.exitCode === null) {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGINT');
        await ended;
      }
      if (!options.keep && !options.workspace) await rm(workspace, { recursive: true, force: true });
    },
  };
}

/** Runs `tessera <args> --json` to its end; the last line is the result. */
export async function runCli(
  args: string[],
): Promise<{ code: number; lines: unknown[]; result: unknown; stderr: string }> {
  const child = spawn(process.execPath, [cli, ...args, '--json'], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number>((resolve) => child.on('close', (value) => resolve(value ?? 1)));
  const lines = out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
  return { code, lines, result: lines.at(-1), stderr };
}
