import { spawn as nodeSpawn, type ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { launchEnvironments, type EngineRole } from '@shared/contract';
import { streamPipe, type MessagePipe } from '@shared/wire';
import type { Log } from './log';

/** How long to wait for a process's last output after it has ended. */
const OUTPUT_MS = 1_000;

/** A program and the arguments that come before the role. */
export interface EngineCommand {
  command: string;
  args: string[];
}

/** A started process, before it has said anything. */
export interface EngineChild {
  readonly pid: number | null;
  readonly pipe: MessagePipe;
  /** How it ended; `error` if it could not even be started. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null; error: string | null }>;
  kill(signal: NodeJS.Signals): void;
}

export type Launch = (role: EngineRole, log: Log) => EngineChild;

/**
 * Starts engine processes: messages on fd 3, standard output and error into the log, and only the environment they
 * need.
 */
export function createLauncher({ command, args }: EngineCommand, spawn: typeof nodeSpawn = nodeSpawn): Launch {
  return (role, log) => {
    let child: ChildProcess;
    try {
      child = spawn(command, [...args, role], {
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
        env: { ...launchEnvironments[role], ...engineEnvironment(process.env) },
        windowsHide: true,
        // a group of its own: a terminal's Ctrl-C goes to the workbench alone, which ends its engines one by one
        detached: process.platform !== 'win32',
      });
    } catch (error) {
      return notStarted((error as Error).message); // most reasons come as an event, but not all
    }
    for (const output of [child.stdout, child.stderr]) {
      output?.on('data', (chunk: Buffer) => log.write(chunk));
      output?.on('error', () => undefined);
    }
    // if the process could not be started (no memory, too many files) Node makes no pipe either
    const messages = child.stdio?.[3] as Duplex | undefined;
    return {
      pid: child.pid ?? null,
      pipe: messages ? streamPipe(messages) : unopenedPipe,
      exited: new Promise((resolve) => {
        child.on('error', (error) => resolve({ code: null, signal: null, error: error.message }));
        // "close" comes when all that it printed has been read; it never does if a process of its own holds the pipe
        child.once('close', (code, signal) => resolve({ code, signal, error: null }));
        child.once('exit', (code, signal) => {
          setTimeout(() => resolve({ code, signal, error: null }), OUTPUT_MS).unref();
        });
      }),
      kill: (signal) => void child.kill(signal),
    };
  };
}

const notStarted = (error: string): EngineChild => ({
  pid: null,
  pipe: unopenedPipe,
  exited: Promise.resolve({ code: null, signal: null, error }),
  kill: () => undefined,
});

const unopenedPipe: MessagePipe = {
  send: () => undefined,
  onMessage: () => undefined,
  onClose: (listener) => queueMicrotask(() => listener('the process could not be started')),
  close: () => undefined,
};

const wanted =
  /^(PATH|HOME|USERPROFILE|HOMEDRIVE|HOMEPATH|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|APPDATA|LOCALAPPDATA|TMPDIR|TEMP|TMP|LANG|LC_\w+|TZ|NUMBER_OF_PROCESSORS|PROCESSOR_\w+|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|XDG_\w+|CUDA_\w+|NVIDIA_\w+|TF_\w+|XLA_\w+|MALLOC_\w+|OMP_\w+|KMP_\w+|VIPS_\w+|TESSERA_\w+)$/i;

/**
 * The part of `environment` that an engine process gets: where things lie and how TensorFlow is tuned. Leaves out
 * NODE_OPTIONS, ELECTRON_RUN_AS_NODE and anyone's keys.
 */
export function engineEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => wanted.test(name)));
}
