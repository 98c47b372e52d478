import path from 'node:path';
import type { Metrics } from '@shared/contract';
import { AppError, asAppError } from '@shared/errors';
import { runFolder, type RunManifest, type RunState } from '@shared/specs';
import { createLog, type Clock, type EnginePolicy, type Launch } from '../engine';
import { listCheckpoints } from '../../run-files';
import { damagedCheckpoint, unwritable, type Incidents } from '../stores';
import { judge } from './outcome';
import { isAtWorkElsewhere, letGoOfRun, takeRun } from './ownership';
import type { RunStore } from '../stores';
import { startSession, type LiveRun, type TrainerSession } from './trainer-session';

/** Which runs train, and which wait for their turn. */
export interface Training {
  /** What a run's trainer says that is newer than the folder; `queued` while a paused run waits to go on. */
  live(run: string): LiveRun | null;
  /** Whether the run has a trainer of this workbench or waits for one. */
  isBusy(run: string): boolean;
  /** Runs that have a trainer or wait for one. */
  busy(): string[];
  /** The name of a run that trains, here or elsewhere, or is about to train, on the dataset; null if there is none. */
  userOf(dataset: string): string | null;
  /**
   * Calls `listener` with each run whose status or any other part of its summary changed; changes marked `soon` may
   * be batched.
   */
  subscribe(listener: (run: string, urgency: Urgency) => void): void;
  trainers(): { run: string; pid: number | null; status: LiveRun['status'] }[];
  /**
   * Puts runs at the end of the queue, all or none: each starts, or goes on if it is paused, when its turn comes. Throws DISK or
   * CONFLICT, and has then changed nothing.
   */
  enqueue(...runs: string[]): void;
  pause(run: string): Promise<void>;
  /** Takes a run out of the queue, and ends its trainer with a checkpoint if it has one. Resolves when it has ended. */
  stop(run: string): Promise<void>;
  /** Makes every trainer write a checkpoint and go on; resolves when all have, or have ended. */
  saveAll(): Promise<void>;
  /** Stops every run; nothing starts afterwards. */
  close(): Promise<void>;
}

export type Urgency = 'now' | 'soon';

export interface TrainingOptions {
  store: RunStore;
  datasetFolder(dataset: string): string;
  launch: Launch;
  clock: Clock;
  policy: EnginePolicy;
  incidents: Incidents;
  /** Most trainers at the same time; a paused one doesn't count. */
  atOnce: number;
  onMetrics(run: string, metrics: Metrics): void;
  onCheckpoint(run: string, step: number): void;
  onPreview(run: string, step: number): void;
  /** A run's final state is kept in memory, to be written later. */
  onKept(): void;
  /** Receives the error of a callback that nobody waits for. */
  warn(message: string): void;
}

/**
 * Creates the queue. No failure of a run's folder ends the workbench: a state that can't be written is kept in
 * memory, and a run that can't be started or judged fails, with an incident.
 */
export function createTraining(options: TrainingOptions): Training {
  const { store, incidents } = options;
  const sessions = new Map<string, { session: TrainerSession; over: Promise<void> }>();
  const queue: string[] = [];
  let closed = false;

  /** Wraps a callback whose caller can't handle an error. */
  const quietly =
    <A extends unknown[]>(run: string, action: (...args: A) => void): ((...args: A) => void) =>
    (...args) => {
      try {
        action(...args);
      } catch (error) {
        options.warn(`Something about run ${run} could not be told: ${asAppError(error).message}`);
      }
    };

  const listeners: ((run: string, urgency: Urgency) => void)[] = [];
  const onChanged = (run: string, urgency: Urgency): void => {
    for (const listener of listeners) quietly(run, listener)(run, urgency);
  };
  const isBusy = (run: string): boolean => sessions.has(run) || queue.includes(run);

  const pump = (): void => {
    while (!closed && queue.length > 0) {
      const training = [...sessions.values()].filter(({ session }) => session.live.status !== 'paused').length;
      if (training >= options.atOnce) return;
      const run = queue.shift()!;
      try {
        begin(run);
      } catch (error) {
        fail(run, error);
      }
    }
  };

  /** Fails a run that could not be started, or whose end could not be judged. */
  const fail = (run: string, error: unknown): void => {
    const { code, message, hint } = asAppError(error);
    const at = store.look(run)?.manifest?.step ?? null;
    incidents.report(unwritable(run, { message, hint }, { step: at, checkpoint: newestCheckpoint(run) }));
    settle(run, { status: 'failed', failure: { code, message, hint } });
  };

  const newestCheckpoint = (run: string): number | null => listCheckpoints(store.folder(run)).steps.at(-1) ?? null;

  const begin = (run: string): void => {
    const paused = sessions.get(run)?.session;
    if (paused) {
      paused.live.status = 'running'; // takes its place at once; the trainer confirms
      onChanged(run, 'now');
      paused.resume().catch(() => undefined); // if it is lost, its end says so
      return;
    }
    const manifest = store.setState(run, { status: 'starting', failure: null });
    const session = startSession({
      manifest,
      runDirectory: store.folder(run),
      datasetDirectory: options.datasetFolder(manifest.spec.dataset),
      launch: options.launch,
      log: createLog(path.join(store.folder(run), runFolder.log)),
      clock: options.clock,
      policy: options.policy,
      onStatus: quietly(run, () => {
        onChanged(run, 'now');
        pump(); // a pause makes room
      }),
      onProgress: () => onChanged(run, 'soon'),
      onMetrics: quietly(run, (metrics) => options.onMetrics(run, metrics)),
      onCheckpoint: quietly(run, (step) => {
        options.onCheckpoint(run, step);
        onChanged(run, 'soon');
      }),
      onPreview: quietly(run, (step) => options.onPreview(run, step)),
      onDamaged: quietly(run, (checkpoint) => {
        incidents.report(damagedCheckpoint('trainer', run, checkpoint));
        onChanged(run, 'soon');
      }),
    });
    const over = session.ended
      .then((end) => {
        const written = store.look(run)?.manifest ?? manifest;
        const { change, incident } = judge(written, session.live, end, newestCheckpoint(run));
        settle(run, change);
        if (incident) incidents.report(incident);
      })
      .catch((error: unknown) => fail(run, error))
      .then(pump);
    sessions.set(run, { session, over });
    onChanged(run, 'now');
  };

  const settle = (run: string, change: Partial<RunState>): void => {
    sessions.delete(run);
    removeFromQueue(run);
    const refusal = store.keepState(run, change);
    if (refusal) {
      options.warn(`What became of run ${run} is kept in memory: ${refusal.message}`);
      quietly(run, options.onKept)();
    }
    letGoOfRun(store.folder(run));
    onChanged(run, 'now');
  };

  /** Marks runs as this workbench's and as waiting; if one of them can't be marked, none is. */
  const takeAll = (runs: readonly string[]): void => {
    const before: RunManifest[] = [];
    try {
      for (const run of runs) {
        const manifest = store.read(run);
        takeRun(store.folder(run));
        before.push(manifest);
        store.setState(run, { status: 'queued', failure: null });
      }
    } catch (error) {
      for (const { id, status, step, failure } of before) {
        store.keepState(id, { status, step, failure });
        letGoOfRun(store.folder(id));
      }
      throw error;
    }
  };

  const removeFromQueue = (run: string): void => {
    const place = queue.indexOf(run);
    if (place !== -1) queue.splice(place, 1);
  };

  const stop = async (run: string): Promise<void> => {
    removeFromQueue(run);
    const entry = sessions.get(run);
    if (!entry) return settle(run, { status: 'stopped' });
    entry.session.stop();
    await entry.over;
  };

  return {
    live: (run) => {
      const live = sessions.get(run)?.session.live;
      return live && queue.includes(run) ? { ...live, status: 'queued' } : (live ?? null);
    },
    isBusy,
    userOf: (dataset) => {
      const user = store.ids().find((run) => {
        const isAtWork = isBusy(run) || isAtWorkElsewhere(store.folder(run));
        // only then is it read: a damaged run that nobody trains must not keep a dataset from being deleted
        return isAtWork && store.look(run)?.manifest?.spec.dataset === dataset;
      });
      return user === undefined ? null : (store.look(user)?.manifest?.name ?? user);
    },
    subscribe: (listener) => void listeners.push(listener),
    busy: () => [...new Set([...sessions.keys(), ...queue])],
    trainers: () => [...sessions].map(([run, { session }]) => ({ run, pid: session.pid, status: session.live.status })),
    enqueue: (...runs) => {
      if (closed) throw new AppError('CONFLICT', 'Tessera is closing.');
      const idle = runs.filter((run) => !sessions.has(run));
      if (idle.length > 0) store.exclusively(() => takeAll(idle));
      for (const run of runs) incidents.clear(run);
      queue.push(...runs);
      pump();
      for (const run of runs) if (queue.includes(run)) onChanged(run, 'now');
    },
    pause: async (run) => {
      const session = sessions.get(run)?.session;
      if (!session || session.live.status !== 'running')
        throw new AppError('CONFLICT', 'Only a run that trains now can be paused.');
      await session.pause();
    },
    stop,
    saveAll: async () => {
      await Promise.allSettled([...sessions.values()].map(({ session }) => session.save()));
    },
    close: async () => {
      closed = true;
      await Promise.all([...sessions.keys(), ...queue].map(stop));
    },
  };
}
