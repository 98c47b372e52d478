import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { installLastResort, openWorkbench } from '../workbench';
import type { Outside } from './outside';
import { exitCodes } from './task';

/** Where the build put what the command line starts and serves. */
export interface Installation {
  engineEntry: string;
  pageDirectory: string;
  packageFile: string;
}

/** The terminal, the file system, the engine and the signals of this process. */
export function realOutside({ engineEntry, pageDirectory, packageFile }: Installation): Outside {
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  let shown = '';
  const complain = (line: string): void => void process.stderr.write(`${line}\n`);
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const resort = installLastResort(({ code, message, hint }) => {
    if (process.argv.includes('--json')) print(JSON.stringify({ error: { code, message, hint } }));
    else complain(`error: ${message}${hint ? `\n${hint}` : ''}`);
  }, process);
  return {
    version,
    pageDirectory,
    directory: process.cwd(),
    print,
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
    interrupted: interruptions(),
    now: () => performance.now(),
  };
}

/**
 * The first Ctrl-C or termination aborts, and so does a pipe that nobody reads any more (`tessera train … | head`); the second
 * signal ends the process there and then.
 */
function interruptions(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(exitCodes.interrupted);
      controller.abort();
    });
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      controller.abort();
    });
  }
  return controller.signal;
}

function runEngine(
  entry: string,
  args: string[],
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const stop = (): void => void child.kill('SIGTERM');
    signal.addEventListener('abort', stop, { once: true });
    const lines = createInterface({ input: child.stdout });
    lines.on('line', onLine);
    child.on('error', reject);
    child.on('close', (code) => {
      signal.removeEventListener('abort', stop);
      resolve(code ?? exitCodes.failed);
    });
  });
}

/** Only ever the address of our own server. A machine without a browser simply does not open one. */
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
