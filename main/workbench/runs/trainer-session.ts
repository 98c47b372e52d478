import {
  trainerContract,
  type Evaluation,
  type EventPayload,
  type Metrics,
  type TrainerContract,
} from '@shared/contract';
import { asAppError, type AppError } from '@shared/errors';
import type { RunManifest, RunStatus } from '@shared/specs';
import { startEngine, type Clock, type EngineExit, type EnginePolicy, type Launch, type Log } from '../engine';
import { latestOf, type LatestMetrics } from './latest-metrics';

/** What is known of a run while its trainer works, newer than what its folder says. */
export interface LiveRun {
  status: RunStatus;
  step: number;
  failure: RunManifest['failure'];
  latest: LatestMetrics | null;
  evaluation: Evaluation | null;
  secondsLeft: number | null;
  memoryBytes: number | null;
}

/** How a session ended: the process with its last output, and why it had refused to start, if it had. */
export interface SessionEnd {
  exit: EngineExit;
  logTail: string;
  refusal: AppError | null;
}

/** One trainer process at work on one run. */
export interface TrainerSession {
  readonly pid: number | null;
  readonly live: LiveRun;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Makes the trainer write a checkpoint and go on. */
  save(): Promise<void>;
  /** Asks for a checkpoint and the end; see `ended`. */
  stop(): void;
  /** Never rejects. */
  readonly ended: Promise<SessionEnd>;
}

export interface SessionEvents {
  /** The status changed. */
  onStatus(): void;
  /** Anything else of `live`, or the checkpoints, changed. */
  onProgress(): void;
  onMetrics(metrics: Metrics): void;
  onCheckpoint(step: number): void;
  onPreview(step: number): void;
  onDamaged(checkpoint: EventPayload<TrainerContract, 'trainer.damaged'>): void;
}

export interface SessionOptions extends SessionEvents {
  manifest: RunManifest;
  runDirectory: string;
  datasetDirectory: string;
  launch: Launch;
  log: Log;
  clock: Clock;
  policy: EnginePolicy;
}

const over: readonly RunStatus[] = ['finished', 'failed', 'stopped'];
export const isOver = (status: RunStatus): boolean => over.includes(status);

/** Starts a trainer process, has it train the run, and ends it once the run is over. */
export function startSession(options: SessionOptions): TrainerSession {
  const { manifest, log } = options;
  const engine = startEngine({
    role: 'trainer',
    contract: trainerContract,
    launch: options.launch,
    log,
    clock: options.clock,
    policy: options.policy.trainer,
  });
  const { peer } = engine;
  let refusal: AppError | null = null;
  const live: LiveRun = {
    status: 'starting',
    step: manifest.step,
    failure: null,
    latest: null,
    evaluation: null,
    secondsLeft: null,
    memoryBytes: null,
  };

  const enter = (status: RunStatus): void => {
    const isNew = live.status !== status;
    live.status = status;
    if (isNew) options.onStatus();
    if (isOver(status)) void engine.stop();
  };

  peer.on('trainer.status', ({ status, step, secondsLeft, memoryBytes, failure }) => {
    Object.assign(live, { step, secondsLeft, memoryBytes, failure });
    // a pause that was asked for may cross a status sent just before
    enter(status);
    options.onProgress();
  });
  peer.on('trainer.metrics', (metrics) => {
    live.latest = latestOf(metrics) ?? live.latest;
    live.step = Math.max(live.step, metrics.step.at(-1) ?? 0);
    options.onMetrics(metrics);
    options.onProgress();
  });
  peer.on('trainer.evaluation', (evaluation) => {
    live.evaluation = evaluation;
    options.onProgress();
  });
  peer.on('trainer.checkpoint', ({ step }) => options.onCheckpoint(step));
  peer.on('trainer.preview', ({ step }) => options.onPreview(step));
  peer.on('trainer.damaged', options.onDamaged);

  const begin = async (): Promise<void> => {
    await engine.ready;
    const { step } = await peer.request('trainer.start', {
      runDirectory: options.runDirectory,
      datasetDirectory: options.datasetDirectory,
    });
    live.step = Math.max(step, live.status === 'starting' ? 0 : live.step);
    if (live.status === 'starting') enter('running');
  };
  begin().catch((error: unknown) => {
    // a lost process is reported by its exit
    const why = asAppError(error);
    if (why.code === 'ENGINE_LOST') return;
    refusal = why;
    void engine.stop();
  });

  return {
    pid: engine.pid,
    live,
    pause: async () => {
      const { step } = await peer.request('trainer.pause', {});
      live.step = step;
      if (!isOver(live.status)) enter('paused');
    },
    resume: async () => {
      await peer.request('trainer.resume', {});
      if (live.status === 'paused') enter('running');
    },
    save: async () => void (await peer.request('trainer.save', {})),
    stop: () => void engine.stop(),
    ended: engine.exited.then((exit) => ({ exit, logTail: log.tail(), refusal })),
  };
}
