import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { AppError, asAppError } from '@shared/errors';
import { installLastResort, openWorkbench } from '../workbench';
import { Interruption } from './interruption';
import type { Outside } from './outside';
import { exitCodes } from './task';

/** Where the build put what the command line starts and serves. */
export interface Installation {
  engineEntry: string;
  pageDirectory: string;
  packageFile: string;
}

/**
 * The terminal, the file system and the engine.
 * @param interruption aborts on signals, which are handled already
 */
export function realOutside(
  { engineEntry, pageDirectory, packageFile }: Installation,
  interruption: AbortController,
): Outside {
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  let shown = '';
  const output = watchOutput(interruption);
  const complain = (line: string): void => void process.stderr.write(`${line}\n`);
  const print = (line: string): void => void (output.failure ?? process.stdout.write(`${line}\n`));
  const resort = installLastResort(({ code, message, hint }) => {
    if (process.argv.includes('--json')) print(JSON.stringify({ error: { code, message, hint } }));
    else complain(`error: ${message}${hint ? `\n${hint}` : ''}`);
  }, process);
  return {
    version,
    pageDirectory,
    directory: process.cwd(),
    print,
    printed: output.settled,
    complain,
    progress: (text) => {
      if (!process.stderr.isTTY || text === shown) return;
      process.stderr.write(`\r\u001b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
      shown = text;
    },
    openWorkbench: async (workspace, hosting = false) => {
      const workbench = await openWorkbench({ workspace, engineEntry, host: 'browser', hosting });
      resort.watch(workbench, hosting);
      return workbench;
    },
    engine: (args, onLine, signal) => runEngine(engineEntry, args, onLine, signal),
    openBrowser,
    interrupted: interruption.signal,
    now: () => performance.now(),
  };
}

/** Watches standard output: once it can't be written (`tessera train … | head`, a full disk) the command is aborted. */
function watchOutput(interruption: AbortController): {
  readonly failure: AppError | null;
  settled: Outside['printed'];
} {
  let failure: AppError | null = null;
  const fail = (error: NodeJS.ErrnoException): void => {
    failure ??=
      error.code === 'EPIPE'
        ? new AppError('DISK', 'Standard output was closed before the command had ended.')
        : asAppError(error, { path: 'standard output' });
    interruption.abort(new Interruption('output'));
  };
  process.stdout.on('error', fail);
  process.stderr.on('error', () => undefined); // there is nowhere left to say so
  return {
    get failure() {
      return failure;
    },
    settled: () =>
      new Promise((resolve) => {
        if (failure) return resolve(failure);
        process.stdout.write('', (error) => {
          if (error) fail(error);
          resolve(failure);
        });
      }),
  };
}

/**
 * Runs in a process group of its own: a terminal's Ctrl-C reaches this process only, which then stops the engine in
 * its own way.
 */
const detached = process.platform !== 'win32';

function runEngine(
  entry: string,
  args: string[],
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'pipe', 'inherit'], detached });
    const stop = (): void => void child.kill('SIGTERM');
    const end = (): void => void child.kill('SIGKILL');
    process.once('exit', end);
    signal.addEventListener('abort', stop, { once: true });
    const lines = createInterface({ input: child.stdout });
    lines.on('line', onLine);
    child.on('error', reject);
    child.on('close', (code) => {
      signal.removeEventListener('abort', stop);
      process.off('exit', end);
      resolve(code ?? exitCodes.failed);
    });
  });
}

/** Opens only our own server's address. A machine without a browser simply opens nothing. */
function openBrowser(address: string): void {
  const [command, args] =
    process.platform === 'darwin'
      ? ['open', [address]]
      : process.platform === 'win32'
        ? ['rundll32', ['url.dll,FileProtocolHandler', address]]
        : ['xdg-open', [address]];
  const child = spawn(command as string, args as string[], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
