import { AppError } from '@shared/errors';
import type { WorkbenchChild } from './child';

/** The shell's handle on the workbench, whichever process currently runs it. */
export interface Supervisor {
  /** Sends a message of the page. While no process runs it waits for the next one. */
  send(message: Uint8Array): void;
  /** Returns a grant for these paths, for a request of the page to name. */
  grant(paths: string[]): Promise<string>;
  /** Stops trainers with a checkpoint and ends the process; kills it after `deadlineMs`. It is not started again. */
  close(deadlineMs: number): Promise<void>;
  /** Starts again after the supervisor gave up. */
  retry(): void;
}

export interface SupervisorOptions {
  launch(): WorkbenchChild;
  /** A message for the page. */
  onMessage(message: Uint8Array): void;
  /** The process ended and its open requests are lost; another one will start shortly. */
  onLost(reason: string): void;
  /** The process ended too often to be restarted automatically. */
  onGivenUp(reason: string): void;
  /** Show this folder of the workspace. */
  onReveal(path: string, workspace: string): void;
  now?: () => number;
  /** Calls back after some milliseconds. */
  wait?: (ms: number, then: () => void) => void;
}

/** Pauses before the first, second, … restart; after this many ends within `CALM_MS` it gives up. */
const PAUSES_MS = [200, 500, 1000, 2000, 4000];
const CALM_MS = 60_000;
const MOST_WAITING = 256;

export function supervise(options: SupervisorOptions): Supervisor {
  const { now = Date.now, wait = (ms: number, then: () => void) => void setTimeout(then, ms) } = options;
  let child: WorkbenchChild | null = null;
  let waiting: Uint8Array[] = [];
  let ends: number[] = [];
  let closing = false;

  const start = (): void => {
    if (closing) return;
    const started = options.launch();
    child = started;
    let workspace = '';
    started.relay.onMessage((message) => {
      if (child === started) options.onMessage(message);
    });
    started.host.on('host.ready', (ready) => (workspace = ready.workspace));
    started.host.on('host.reveal', ({ path }) => options.onReveal(path, workspace));
    for (const message of waiting) started.relay.send(message);
    waiting = [];
    void started.ended.then((reason) => onEnd(started, reason));
  };

  const onEnd = (which: WorkbenchChild, reason: string): void => {
    if (child !== which) return;
    child = null;
    if (closing) return;
    ends = [...ends.filter((time) => now() - time < CALM_MS), now()];
    options.onLost(reason);
    const pause = PAUSES_MS[ends.length - 1];
    if (pause === undefined) options.onGivenUp(reason);
    else wait(pause, start);
  };

  start();
  return {
    send: (message) => {
      if (child) child.relay.send(message);
      else if (waiting.length < MOST_WAITING) waiting.push(message);
    },
    grant: async (paths) => {
      if (!child) throw new AppError('ENGINE_LOST', 'The workbench is just being started again.', 'Try once more.');
      return (await child.host.request('host.grant', { paths })).grant;
    },
    close: async (deadlineMs) => {
      closing = true;
      const last = child;
      if (!last) return;
      wait(deadlineMs, last.kill);
      // the answer and the end may come in either order; only the end counts
      last.host.request('host.close', {}).catch(() => undefined);
      await last.ended;
    },
    retry: () => {
      ends = [];
      if (!child) start();
    },
  };
}
