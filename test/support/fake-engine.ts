/**
 * An engine process that does what a script says, for tests of the workbench: `fake-engine.js SCRIPT ROLE`, SCRIPT a
 * JSON object by role. It speaks the roles' contracts on fd 3 and writes the files that a real one would, tiny. Built
 * by build-fake-engine.ts.
 */
import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';
import {
  roleContracts,
  silentContract,
  type EngineRole,
  type ImportReport,
  type LibraryContract,
  type ModelInfo,
  type Items,
  type ProgressReport,
  type StudioContract,
  type TrainerContract,
} from '@shared/contract';
import { AppError, type ErrorCode } from '@shared/errors';
import {
  runFolder,
  type CheckpointState,
  type LatentShape,
  type MetricLine,
  type PictureSignal,
  type RunState,
} from '@shared/specs';
import { packFileName, type DatasetManifest, type NewItemLine } from '@shared/specs/dataset';
import { createPeer, streamPipe, type Handlers, type Peer, type RequestContext } from '@shared/wire';
import { makeFolder, replaceFile, takeLock } from '../../main/files';
import { listCheckpoints, readRun, updateRun } from '../../main/run-files';
import type { Script } from './workbench';

const [text = '{}', name = ''] = process.argv.slice(2);
const script = JSON.parse(text) as Script & { folder: string };
const role = name as EngineRole;

const SOURCE = { width: 20, height: 18 };
const SIGNAL: PictureSignal = { kind: 'picture', height: 16, width: 16, channels: 1 };
const LATENT: LatentShape = { kind: 'codes', levels: [{ axes: [4, 4], depth: 1, codes: 8, dimension: 2 }] };

/** Does not come back: no heartbeat, no answer, no signal handler. */
const hang = (): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
const die = (): unknown => process.kill(process.pid, 'SIGKILL');
const now = (): string => new Date().toISOString();
const write = (file: string, content: Uint8Array | string): void => {
  makeFolder(path.dirname(file));
  replaceFile(file, content);
};
/** A folder in one that is there. */
const makeInside = (folder: string): void => {
  if (!existsSync(folder)) mkdirSync(folder);
};
const untilCancelled = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(new AppError('CANCELLED', 'Cancelled.')), { once: true }),
  );

/** Only the first of all processes of a test that comes here does. */
function first(what: string): boolean {
  try {
    closeSync(openSync(path.join(script.folder, what), 'wx'));
    return true;
  } catch {
    return false;
  }
}

type Answers<H> = Partial<Omit<H, 'engine.ping' | 'engine.stop'>>;

function library(): Answers<Handlers<LibraryContract>> {
  const plan = script.library ?? {};
  return {
    'library.import': ({ staging, options, sourceName }, { signal, progress }) => {
      if (plan.import === 'crash') die();
      const count = plan.count ?? 24;
      const classes = plan.classes ?? ['cat', 'dog'];
      const split = (i: number) => (plan.heldOut === 'all' || i % 10 === 9 ? 'test' : 'train');
      const items = Array.from({ length: count }, (_, i): NewItemLine => ({
        name: `picture-${i}.png`,
        label: i % classes.length,
        split: split(i),
        facts: SOURCE,
      }));
      const stride = SIGNAL.height * SIGNAL.width * SIGNAL.channels;
      const pack = Buffer.alloc(count * stride);
      for (let i = 0; i < count; i++) pack.fill(i % 256, i * stride, (i + 1) * stride);
      write(path.join(staging, packFileName(SIGNAL)), pack);
      write(path.join(staging, 'items.jsonl'), items.map((item) => `${JSON.stringify(item)}\n`).join(''));
      const test = items.filter((item) => item.split === 'test').length;
      const splits = { train: count - test, test };
      const called = options.name ?? sourceName;
      const manifest: DatasetManifest = {
        version: 1,
        name: called,
        signal: SIGNAL,
        count,
        classes,
        splits,
        mean: [0.5],
        variance: [0.1],
        trainVariance: 0.1,
        facts: { minimum: SOURCE, median: SOURCE, maximum: SOURCE },
        thumbnails: null,
        options,
        source: sourceName,
        skipped: [],
        skippedCount: 0,
        notes: [],
        licence: null,
        createdAt: now(),
      };
      if (plan.import === 'half') return (write(path.join(staging, 'half'), ''), untilCancelled(signal));
      write(path.join(staging, 'dataset.json'), JSON.stringify(manifest));
      progress({ phase: 'import', done: count, total: count, skipped: 0, secondsLeft: 0 });
      if (plan.import === 'wait') return untilCancelled(signal);
      const report: Omit<ImportReport, 'dataset'> = {
        name: called,
        items: count,
        splits,
        skipped: [],
        skippedCount: 0,
        captions: 0,
        tags: 0,
        fields: 0,
        notes: [],
      };
      return report;
    },
    'library.verify': () =>
      plan.verify === 'damaged'
        ? { state: 'damaged', bytes: 9, blocks: 1, damage: [{ file: 'pack-32x32x3.u8', offset: 1048576, bytes: 7 }] }
        : { state: 'right', bytes: 9, blocks: 0, damage: [] },
    'library.backend': () => ({ kind: 'native', why: 'set-up' }),
    'library.doctor': () => ({
      ok: true,
      backend: { kind: 'native', why: 'set-up' },
      versions: { tessera: '0', node: process.version, platform: process.platform },
      engine: null,
      cards: [],
      memory: { total: 1, free: 1 },
      cache: { path: '', bytes: 0 },
      perceptualTrunk: true,
      problems: [],
    }),
  };
}

interface Training {
  folder: string;
  step: number;
  steps: number;
  isPaused: boolean;
  status: RunState['status'];
  release(): void;
}

/** The run in training; `stop` ends it with a checkpoint, as a real trainer does when it is asked to. */
function trainer(emit: Peer<typeof silentContract, TrainerContract>['emit']): {
  answers: Answers<Handlers<TrainerContract>>;
  stop(): void;
} {
  const plan = script.trainer ?? {};
  let run: Training | null = null;

  const announce = (training: Training, status: RunState['status'], failure: RunState['failure'] = null): void => {
    const { folder, step } = training;
    training.status = status;
    updateRun(folder, { status, step, failure });
    emit('trainer.status', { status, step, secondsLeft: 1, memoryBytes: 1000, itemsPerSecond: 10, failure });
  };
  const checkpoint = ({ folder, step }: Training): void => {
    const state: CheckpointState = {
      version: 1,
      step,
      seed: 1,
      score: 0.5,
      bestScore: 0.5,
      evaluatedStep: step,
      best: step === 5,
      weightsHash: 'x',
      optimizerHash: 'x',
      createdAt: now(),
    };
    // never the run's own folder anew: a test may just have moved it away
    for (const inside of [runFolder.checkpoints, runFolder.checkpoint(step)]) makeInside(path.join(folder, inside));
    replaceFile(path.join(folder, runFolder.checkpoint(step), runFolder.state), JSON.stringify(state));
    emit('trainer.checkpoint', { step, best: state.best });
  };
  const work = (training: Training): void => {
    if (training.isPaused) return;
    training.step += 1;
    const { step } = training;
    const values = { loss: 1 / step, nmse: 1 / step, perplexity: 10, 'items-per-second': 10 };
    const line: MetricLine = { step, wall: Date.now() / 1000, values };
    appendFileSync(path.join(training.folder, runFolder.metrics), `${JSON.stringify(line)}\n`);
    const series = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Float32Array.of(value)]));
    emit('trainer.metrics', { step: Float64Array.of(step), wall: Float64Array.of(line.wall), series });
    if (step % 5 === 0) checkpoint(training);
    if (step === plan.hangAt) hang();
    if (step === plan.crashAt && first('crashed')) {
      console.error('out of luck');
      die();
    }
    if (step === plan.notFiniteAt)
      return announce(training, 'failed', { code: 'NOT_FINITE', message: 'loss is NaN', hint: 'lower it' });
    if (step >= training.steps) return announce(training, 'finished');
    setTimeout(work, plan.stepMs ?? 2, training);
  };
  const current = (): Training => {
    if (run) return run;
    throw new AppError('CONFLICT', 'Nothing trains.');
  };

  return {
    answers: {
      'trainer.start': ({ runDirectory }) => {
        if (plan.refuse) throw new AppError(plan.refuse as ErrorCode, 'That can not be trained.');
        const release = takeLock(path.join(runDirectory, runFolder.lock), () => new AppError('CONFLICT', 'It trains.'));
        const step = listCheckpoints(runDirectory).steps.at(-1) ?? 0;
        const { steps } = readRun(runDirectory).spec.training;
        run = { folder: runDirectory, step, steps, isPaused: false, status: 'starting', release };
        if (plan.damaged) emit('trainer.damaged', plan.damaged);
        announce(run, 'running');
        setTimeout(work, 1, run);
        return { step };
      },
      'trainer.pause': () => {
        current().isPaused = true;
        announce(current(), 'paused');
        return { step: current().step };
      },
      'trainer.save': () => {
        checkpoint(current());
        return { step: current().step };
      },
      'trainer.resume': () => {
        current().isPaused = false;
        announce(current(), 'running');
        work(current());
        return {};
      },
    },
    stop: () => {
      if (!run) return;
      run.isPaused = true;
      checkpoint(run);
      if (!['finished', 'failed'].includes(run.status)) announce(run, 'stopped');
      run.release();
    },
  };
}

function studio(): Answers<Handlers<StudioContract>> {
  const plan = script.studio ?? {};
  const picture: Items = { signal: SIGNAL, dtype: 'u8', count: 1, data: new Uint8Array(256) };
  const info = (runDirectory: string, step: number): ModelInfo => {
    if (plan.damaged?.includes(step)) {
      const file = `${runFolder.checkpoint(step)}/${runFolder.weights}`;
      throw new AppError('BAD_FILE', `${file} is damaged.`, '', { field: 'checkpoint' });
    }
    return { run: path.basename(runDirectory), step, signal: SIGNAL, latent: LATENT, weightsHash: 'x' };
  };
  return {
    'studio.plan': () => {
      if (plan.refuse) throw new AppError('BAD_REQUEST', 'That can not be built.', '', { field: plan.refuse });
      return { parameters: 10, memoryBytes: 10, latent: LATENT, bitsPerItem: 48, compression: 10 };
    },
    'studio.pace': () => ({ millisecondsPerStep: 20, steps: 5, kinds: 1, secondsPerEvaluation: 0.5 }),
    'studio.open': ({ runDirectory, step }) => info(runDirectory, step),
    'studio.decode': ({ step }) => {
      if (plan.decode === 'crash' || (plan.decode === 'crash once' && first('decoded'))) die();
      return { step, picture };
    },
    'studio.evaluate': ({ step, split }) => ({
      split,
      step,
      items: 3,
      score: { name: 'nmse', value: 0.5, better: 'less' },
      measures: { nmse: 0.5, psnr: 10, perplexity: 5, usage: 0.5, 'dead-codes': 4 },
    }),
    'studio.export': async (
      { runDirectory, directory, format, step },
      { signal, progress }: RequestContext<ProgressReport>,
    ) => {
      info(runDirectory, step);
      progress({ phase: 'writing', done: 1, total: 2, skipped: 0, secondsLeft: null });
      if (plan.export === 'wait') return untilCancelled(signal);
      mkdirSync(path.join(directory, 'variables'), { recursive: true });
      writeFileSync(path.join(directory, 'model.bin'), Buffer.alloc(5 * 1024 * 1024, 7));
      writeFileSync(path.join(directory, 'variables', 'index'), 'abc');
      return { format, path: directory, files: [] };
    },
  };
}

const own = script[role] ?? {};
if ('terminate' in own && own.terminate === 'ignore') process.on('SIGTERM', () => undefined);

const training = trainer((event, payload) =>
  (peer as unknown as Peer<typeof silentContract, TrainerContract>).emit(event, payload),
);
const answers = { library, trainer: () => training.answers, studio }[role]();
const handlers = {
  'engine.ping': () => ({}),
  'engine.stop': () => {
    if ('stop' in own && own.stop === 'ignore') return new Promise<never>(() => undefined);
    training.stop();
    setTimeout(() => process.exit(0), 5);
    return {};
  },
  ...answers,
};
const peer = createPeer(
  streamPipe(new Socket({ fd: 3 })),
  silentContract,
  roleContracts[role] as LibraryContract,
  handlers as unknown as Handlers<LibraryContract>,
);
void peer.closed.then(() => process.exit(0));

console.log(`fake ${role} at work`);
if (own.start === 'exit') process.exit(3);
if (own.start !== 'silent') peer.emit('engine.ready', { pid: process.pid });
