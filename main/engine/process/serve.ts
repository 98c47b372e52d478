import { Socket } from 'node:net';
import { silentContract, type Contract, type LibraryContract, type SilentContract } from '@shared/contract';
import { createPeer, streamPipe, type Handlers, type Peer } from '@shared/wire';
import { onDefect } from './last-words';

const PIPE = 3;
/** Longest time, in milliseconds, that a process may take to end once nobody waits for it any more. */
const LAST_WORDS_MS = 30_000;

/** A role: its handlers, and what it must finish before the process ends. */
export interface Role<C extends Contract> {
  handlers: Omit<Handlers<C>, 'engine.ping' | 'engine.stop'>;
  /** Called once; running handlers have been aborted by then. */
  stop(): Promise<void>;
  /** Called on an uncaught error: saves what can be saved before the process ends. */
  fail?(thrown: unknown): Promise<void>;
}

/** The other end of the pipe, for a role that sends events. */
export type Emit<C extends Contract> = Peer<SilentContract, C>['emit'];

/**
 * Answers a role's contract on fd 3 until the process ends: on request, by a signal, or because the workbench is gone.
 * In each case the role finishes first. Heartbeats are answered whenever the event loop turns.
 */
export function serveRole<C extends Contract>(contract: C, open: (emit: Emit<C>) => Role<C>): void {
  const role = open((name, payload) => peer.emit(name, payload));
  let finishing: Promise<void> | null = null;
  const finish = (): Promise<void> => (finishing ??= role.stop());
  const common = {
    'engine.ping': () => ({}),
    'engine.stop': async () => {
      await finish();
      setImmediate(() => peer.close()); // once the response has been sent; the closed pipe ends the process
      return {};
    },
  };
  const peer: Peer<SilentContract, C> = createPeer(streamPipe(new Socket({ fd: PIPE })), silentContract, contract, {
    ...role.handlers,
    ...common,
  } as unknown as Handlers<C>);

  const leave = (): void => {
    setTimeout(() => process.exit(1), LAST_WORDS_MS).unref();
    finish().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  onDefect(async (thrown) => {
    await role.fail?.(thrown);
    await finish();
  });
  void peer.closed.then(leave);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leave);
  // the reader of the log may end first; that must not cost the last checkpoint
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

  // the library's only event, which every role sends
  (peer as unknown as Peer<SilentContract, LibraryContract>).emit('engine.ready', { pid: process.pid });
}
