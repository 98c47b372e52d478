import {
  silentContract,
  type CommonContract,
  type Contract,
  type EngineRole,
  type SilentContract,
} from '@shared/contract';
import { AppError } from '@shared/errors';
import { createPeer, type Peer } from '@shared/wire';
import type { Clock } from './clock';
import { describeExit, type EngineExit } from './exit';
import type { Launch } from './launch';
import type { Log } from './log';
import type { ProcessPolicy } from './policy';

export type { EngineExit } from './exit';

/** One engine process from its start to its end. */
export interface EngineProcess<C extends Contract> {
  readonly pid: number | null;
  readonly peer: Peer<C, SilentContract>;
  /** Resolves once the process takes requests; rejects with ENGINE_LOST if it ends or the deadline passes before. */
  readonly ready: Promise<void>;
  /** Never rejects. */
  readonly exited: Promise<EngineExit>;
  /** Asks the process to finish and end; after the deadline sends SIGTERM, then SIGKILL. Resolves when it has ended. */
  stop(): Promise<EngineExit>;
}

export interface EngineStart<C extends Contract> {
  role: EngineRole;
  contract: C;
  launch: Launch;
  log: Log;
  clock: Clock;
  policy: ProcessPolicy;
}

/**
 * Starts a process and watches it: a ready handshake with a deadline, then a heartbeat. A process that hangs is
 * killed.
 */
export function startEngine<C extends Contract>({
  role,
  contract,
  launch,
  log,
  clock,
  policy,
}: EngineStart<C>): EngineProcess<C> {
  const child = launch(role, log);
  let isReady = false;
  let stopping = false;
  let hung: string | null = null;
  const timers = new Set<() => void>();
  const later = (ms: number, action: () => void): (() => void) => {
    const cancel = clock.after(ms, () => {
      timers.delete(cancel);
      action();
    });
    timers.add(cancel);
    return () => {
      timers.delete(cancel);
      cancel();
    };
  };

  const lost = (): AppError =>
    new AppError(
      'ENGINE_LOST',
      `The ${role} process was lost while it worked on this.`,
      'Try again; if it happens again, its log says more.',
    );
  const peer = createPeer(child.pipe, contract, silentContract, {}, lost);
  const common = peer as unknown as Peer<CommonContract, SilentContract>;

  const kill = (reason: string): void => {
    hung = reason;
    child.kill('SIGKILL');
  };

  const ping = (): void => {
    const sentAt = clock.now();
    let cancelDeadline: () => void;
    const armDeadline = (): void => {
      cancelDeadline = later(policy.pingDeadline, () => {
        // if the workbench itself was suspended, the answer is still unread
        if (clock.now() - sentAt > 2 * policy.pingDeadline + policy.pingEvery) return armDeadline();
        kill(`did not answer for ${Math.round(policy.pingDeadline / 1000)} s`);
      });
    };
    armDeadline();
    common.request('engine.ping', {}).then(
      () => (cancelDeadline(), later(policy.pingEvery, ping)),
      () => cancelDeadline(),
    );
  };

  let ended = false;
  void peer.closed.then(() => {
    if (!ended) later(policy.terminate, () => kill('closed its pipe'));
  });

  const exited = child.exited.then(async ({ code, signal, error }): Promise<EngineExit> => {
    ended = true;
    for (const cancel of timers) cancel();
    timers.clear();
    child.pipe.close();
    await log.close();
    return { code, signal, expected: stopping, description: describeExit({ code, signal, error, hung }) };
  });

  const ready = new Promise<void>((resolve, reject) => {
    const cancelDeadline = later(policy.ready, () => kill(`was not ready after ${Math.round(policy.ready / 1000)} s`));
    common.on('engine.ready', () => {
      if (isReady) return;
      isReady = true;
      cancelDeadline();
      later(policy.pingEvery, ping);
      resolve();
    });
    void exited.then(({ description }) =>
      reject(
        new AppError(
          'ENGINE_LOST',
          `The ${role} process ${description} before it was ready.`,
          'Its log says more; `tessera doctor` finds what is wrong with the engine.',
        ),
      ),
    );
  });
  ready.catch(() => undefined); // reported to whoever waits for it, if anyone does

  return {
    pid: child.pid,
    peer,
    ready,
    exited,
    stop: () => {
      if (!stopping) {
        stopping = true;
        const terminate = (): void => {
          child.kill('SIGTERM');
          later(policy.terminate, () => kill('did not end'));
        };
        if (isReady) {
          const cancel = later(policy.stop, terminate);
          // answered or refused, it gets the same time to end by itself
          common.request('engine.stop', {}).catch(() => undefined);
          void exited.then(cancel);
        } else {
          terminate();
        }
      }
      return exited;
    },
  };
}
