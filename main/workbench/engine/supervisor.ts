import type { Contract, EngineRole, EngineStatus, MethodName, Params, Progress, Result } from '@shared/contract';
import { AppError, asAppError } from '@shared/errors';
import { createBackOff } from './back-off';
import type { Clock } from './clock';
import { startEngine, type EngineExit, type EngineProcess } from './engine-process';
import type { Launch } from './launch';
import type { Log } from './log';
import type { EnginePolicy } from './policy';

/** A process that is available when needed: started on the first request, and again after it was lost. */
export interface Supervisor<C extends Contract> {
  /**
   * Sends a request, starting the process first if need be. A request in flight when the process is lost is rejected
   * with ENGINE_LOST and not repeated: it may be what killed the process.
   */
  request<M extends MethodName<C>>(
    method: M,
    params: Params<C, M>,
    options?: { signal?: AbortSignal; onProgress?: (value: Progress<C, M>) => void },
  ): Promise<Result<C, M>>;
  /** Starts the process ahead of the first request; a failure stays silent until something is asked. */
  warm(): void;
  status(): EngineStatus;
  stop(): Promise<void>;
}

export interface SupervisorOptions<C extends Contract> {
  role: EngineRole;
  contract: C;
  launch: Launch;
  /** Opens the log of the next process. */
  openLog(): Log;
  clock: Clock;
  policy: EnginePolicy;
  /** Ends the process after this long without a request; null keeps it. */
  idleAfter: number | null;
  onStatus(status: EngineStatus): void;
  /**
   * The process was ready and then ended although nobody asked. A process that never came up is reported to the
   * caller instead.
   */
  onLost(exit: EngineExit, logTail: string): void;
}

export function createSupervisor<C extends Contract>(options: SupervisorOptions<C>): Supervisor<C> {
  const { role, clock, policy } = options;
  const backOff = createBackOff(policy.backOff);
  let current: EngineProcess<C> | null = null;
  let state: EngineStatus['state'] = 'idle';
  let restarts = 0;
  let inFlight = 0;
  let closed = false;
  /** A lost process is not started again before this time. */
  let pause: Promise<void> | null = null;
  let endPause = (): void => undefined;
  /** Settles when a process that has closed its pipe has ended. */
  let dying: Promise<unknown> | null = null;
  let cancelIdle: (() => void) | null = null;
  let ending: Promise<unknown> | null = null;

  /** Why the last process did not start, for requests that come before the next try. */
  let failure: AppError | null = null;
  const givenUp = (): AppError =>
    new AppError(
      'ENGINE_LOST',
      `The ${role} process ended too often.`,
      'Its log says why; wait half a minute and try again.',
    );

  const status = (): EngineStatus => ({ role, run: null, state, pid: current?.pid ?? null, restarts });
  const enter = (next: EngineStatus['state']): void => {
    state = next;
    options.onStatus(status());
  };

  const start = (): EngineProcess<C> => {
    const log = options.openLog();
    const engine = startEngine({
      role,
      contract: options.contract,
      launch: options.launch,
      log,
      clock,
      policy: policy[role],
    });
    let readyAt: number | null = null;
    current = engine;
    enter(backOff.failures > 0 ? 'restarting' : 'starting');
    engine.ready.then(
      () => {
        readyAt = clock.now();
        failure = null;
        if (current === engine) enter('ready');
      },
      (error: unknown) => (failure = asAppError(error)),
    );
    void engine.peer.closed.then(() => {
      if (current === engine) dying = engine.exited;
    });
    void engine.exited.then((exit) => {
      if (current !== engine) return;
      current = null;
      dying = null;
      if (exit.expected || closed) return enter(closed ? 'stopped' : 'idle');
      if (readyAt !== null) options.onLost(exit, log.tail());
      if (readyAt !== null && clock.now() - readyAt >= policy.backOff.healthyAfter) backOff.reset();
      tryAgain(readyAt !== null);
    });
    return engine;
  };

  /** Waits after a loss and starts again. A process that never came up waits as long, but starts only on a request. */
  const tryAgain = (cameUp: boolean): void => {
    const wait = backOff.next();
    if (wait === null) backOff.reset();
    const isGivenUp = wait === null || !cameUp;
    enter(isGivenUp ? 'failed' : 'restarting');
    pause = new Promise((resolve) => {
      const cancel = clock.after(wait ?? policy.backOff.longest, () => endPause());
      endPause = () => {
        cancel();
        pause = null;
        resolve();
      };
    });
    if (isGivenUp) return;
    restarts += 1;
    void pause.then(() => {
      if (!closed && !current) start();
    });
  };

  const acquire = async (): Promise<EngineProcess<C>> => {
    await dying;
    if (pause && state === 'failed') throw failure ?? givenUp();
    if (pause) await pause;
    if (closed) throw new AppError('ENGINE_LOST', 'Tessera is closing.');
    const engine = current ?? start();
    await engine.ready;
    return engine;
  };

  const armIdle = (): void => {
    if (options.idleAfter === null || closed) return;
    cancelIdle = clock.after(options.idleAfter, () => {
      const idle = current;
      if (inFlight > 0 || !idle) return;
      current = null; // a request from now on gets a new process
      enter('idle');
      ending = idle.stop();
    });
  };

  return {
    request: async (method, params, requestOptions) => {
      inFlight += 1;
      cancelIdle?.();
      cancelIdle = null;
      try {
        const engine = await acquire();
        requestOptions?.signal?.throwIfAborted();
        try {
          return await engine.peer.request(method, params, requestOptions);
        } catch (error) {
          // a caller that sees the loss finds the process restarting and the incident reported
          if (error instanceof AppError && error.code === 'ENGINE_LOST') await engine.exited;
          throw error;
        }
      } finally {
        inFlight -= 1;
        if (inFlight === 0) armIdle();
      }
    },
    warm: () => void acquire().catch(() => undefined),
    status,
    stop: async () => {
      closed = true;
      endPause();
      cancelIdle?.();
      await Promise.all([current?.stop(), ending]);
      if (state !== 'stopped') enter('stopped');
    },
  };
}
