import path from 'node:path';
import type { Metrics } from '@shared/contract';
import { AppError, asAppError } from '@shared/errors';
import { runFolder, type RunState } from '@shared/specs';
import { createLog, type Clock, type EnginePolicy, type Launch } from '../engine';
import { listCheckpoints } from './checkpoints';
import { damagedCheckpoint, type Incidents } from './incidents';
import { judge } from './outcome';
import { letGoOfRun, takeRun } from './ownership';
import type { RunStore } from './run-store';
import { startSession, type LiveRun, type TrainerSession } from './trainer-session';

/** Which runs train, and which wait for their turn. */
export interface Training {
  /** What is newer than the folder about a run that has a trainer; `queued` while a paused one waits to go on. */
  live(run: string): LiveRun | null;
  /** Whether the run has a trainer of this workbench or waits for one. */
  isBusy(run: string): boolean;
  /** Runs that have a trainer or wait for one. */
  busy(): string[];
  trainers(): { run: string; pid: number | null; status: LiveRun['status'] }[];
  /** Puts a run at the end of the queue: it starts, or goes on if it is paused, when its turn comes. */
  enqueue(run: string): void;
  pause(run: string): Promise<void>;
  /** Takes a run out of the queue, and ends its trainer with a checkpoint if it has one. Resolves when it has ended. */
  stop(run: string): Promise<void>;
  /** Stops all; nothing starts any more. */
  close(): Promise<void>;
}

export interface TrainingOptions {
  store: RunStore;
  datasetFolder(dataset: string): string;
  launch: Launch;
  clock: Clock;
  policy: EnginePolicy;
  incidents: Incidents;
  /** Trainers that run at the same time; a paused one does not count. */
  atOnce: number;
  /** A run's status or anything else of its summary is another one; `soon` may be gathered with more. */
  onChanged(run: string, urgency: 'now' | 'soon'): void;
  onMetrics(run: string, metrics: Metrics): void;
  onCheckpoint(run: string, step: number): void;
  onPreview(run: string, step: number): void;
}

export function createTraining(options: TrainingOptions): Training {
  const { store, incidents, onChanged } = options;
  const sessions = new Map<string, { session: TrainerSession; over: Promise<void> }>();
  const queue: string[] = [];
  let closed = false;

  const pump = (): void => {
    while (!closed && queue.length > 0) {
      const training = [...sessions.values()].filter(({ session }) => session.live.status !== 'paused').length;
      if (training >= options.atOnce) return;
      const run = queue.shift()!;
      try {
        begin(run);
      } catch (error) {
        abandon(run, error);
      }
    }
  };

  /** Its folder can't be read or written any more. */
  const abandon = (run: string, error: unknown): void => {
    sessions.delete(run);
    const { message, hint } = asAppError(error);
    incidents.report({ kind: 'lost', role: 'trainer', run, message, hint, step: null, atStep: null, logTail: '' });
  };

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
      onStatus: () => {
        onChanged(run, 'now');
        pump(); // a pause makes room
      },
      onProgress: () => onChanged(run, 'soon'),
      onMetrics: (metrics) => options.onMetrics(run, metrics),
      onCheckpoint: (step) => {
        options.onCheckpoint(run, step);
        onChanged(run, 'soon');
      },
      onPreview: (step) => options.onPreview(run, step),
      onDamaged: (checkpoint) => {
        incidents.report(damagedCheckpoint('trainer', run, checkpoint));
        onChanged(run, 'soon');
      },
    });
    const over = session.ended
      .then((end) => {
        const { change, incident } = judge(
          store.read(run),
          session.live,
          end,
          listCheckpoints(store.folder(run)).steps.at(-1) ?? null,
        );
        settle(run, change);
        if (incident) incidents.report(incident);
      })
      .catch((error: unknown) => abandon(run, error))
      .then(pump);
    sessions.set(run, { session, over });
    onChanged(run, 'now');
  };

  const settle = (run: string, change: Partial<RunState>): void => {
    sessions.delete(run);
    removeFromQueue(run);
    store.setState(run, change);
    letGoOfRun(store.folder(run));
    onChanged(run, 'now');
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
    isBusy: (run) => sessions.has(run) || queue.includes(run),
    busy: () => [...new Set([...sessions.keys(), ...queue])],
    trainers: () => [...sessions].map(([run, { session }]) => ({ run, pid: session.pid, status: session.live.status })),
    enqueue: (run) => {
      if (closed) throw new AppError('CONFLICT', 'Tessera is closing.');
      if (!sessions.has(run)) {
        store.exclusively(() => {
          takeRun(store.folder(run));
          store.setState(run, { status: 'queued', failure: null });
        });
      }
      incidents.clear(run);
      queue.push(run);
      pump();
      if (queue.includes(run)) onChanged(run, 'now');
    },
    pause: async (run) => {
      const session = sessions.get(run)?.session;
      if (!session || session.live.status !== 'running')
        throw new AppError('CONFLICT', 'Only a run that trains now can be paused.');
      await session.pause();
    },
    stop,
    close: async () => {
      closed = true;
      await Promise.all([...sessions.keys(), ...queue].map(stop));
    },
  };
}
