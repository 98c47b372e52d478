import { existsSync } from 'node:fs';
import { readdir, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EventName, EventPayload, TrainerContract } from '@shared/contract';
import { runFolder, type RunManifest } from '@shared/specs';
import { readRun } from '../../../../main/run-files';
import { buildEngine, openWorkplace, startRole, type EngineUnderTest, type Workplace } from '../../../support/engine';

type Trainer = EngineUnderTest<'trainer'>;

let engine: Awaited<ReturnType<typeof buildEngine>>;
let place: Workplace;
const started: Trainer[] = [];

beforeAll(async () => {
  [engine, place] = await Promise.all([buildEngine(), openWorkplace()]);
}, 120_000);
afterEach(async () => {
  for (const { child, exited } of started.splice(0)) {
    child.kill('SIGKILL');
    await exited;
  }
});
afterAll(async () => {
  await Promise.all([place?.remove(), engine?.remove()]);
});

async function startTrainer(): Promise<Trainer> {
  const trainer = await startRole(engine.entry, 'trainer');
  started.push(trainer);
  return trainer;
}

/** The first event that passes; listening begins at the call. */
function next<E extends EventName<TrainerContract>>(
  { peer }: Trainer,
  name: E,
  passes: (payload: EventPayload<TrainerContract, E>) => boolean = () => true,
): Promise<EventPayload<TrainerContract, E>> {
  return new Promise((resolve) => {
    const stop = peer.on(name, (payload) => {
      if (!passes(payload)) return;
      stop();
      resolve(payload);
    });
  });
}

const stepsOf = async (run: string): Promise<number[]> =>
  (await readdir(path.join(run, runFolder.checkpoints))).map(Number).sort((a, b) => a - b);
const manifestOf = (run: string): Promise<RunManifest> => Promise.resolve(readRun(run));
const start = ({ peer }: Trainer, run: string) =>
  peer.request('trainer.start', { runDirectory: run, datasetDirectory: place.dataset });

describe('the trainer process', () => {
  it('trains a run to its end and announces metrics, previews, evaluations, checkpoints and its status', async () => {
    const run = await place.makeRun('whole');
    const trainer = await startTrainer();
    const steps: number[] = [];
    const losses: number[] = [];
    trainer.peer.on('trainer.metrics', ({ step, series }) => {
      steps.push(...step);
      losses.push(...(series.loss ?? []).filter((loss) => !Number.isNaN(loss)));
    });
    const heard = Promise.all([
      next(trainer, 'trainer.preview'),
      next(trainer, 'trainer.evaluation'),
      next(trainer, 'trainer.checkpoint', ({ step }) => step === 20),
    ]);
    const finished = next(trainer, 'trainer.status', ({ status }) => status === 'finished');
    expect(await start(trainer, run)).toEqual({ step: 0 });
    expect(await finished).toMatchObject({ step: 20, failure: null });
    const [, evaluation] = await heard;
    expect(evaluation.items).toBe(place.manifest.splits.test);
    expect(losses).toHaveLength(20);
    expect([...new Set(steps)]).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(await trainer.peer.request('engine.ping', {})).toEqual({});
    await trainer.peer.request('engine.stop', {});
    expect(await trainer.exited).toEqual({ code: 0, signal: null });
    expect(await manifestOf(run)).toMatchObject({ status: 'finished', step: 20 });
    expect(existsSync(path.join(run, runFolder.lock))).toBe(false);
  });

  it('answers a heartbeat while it trains', async () => {
    const trainer = await startTrainer();
    await start(trainer, await place.makeRun('heartbeat', { steps: 1_000_000 }));
    await next(trainer, 'trainer.metrics');
    let last = 0;
    trainer.peer.on('trainer.metrics', ({ step }) => (last = step.at(-1) ?? last));
    for (let i = 0; i < 20; i++) await trainer.peer.request('engine.ping', {});
    const seen = last;
    await next(trainer, 'trainer.metrics', ({ step }) => (step.at(-1) ?? 0) > seen);
  });

  it('pauses with a checkpoint, does nothing while it is paused, and goes on', async () => {
    const run = await place.makeRun('paused', { steps: 1_000_000, checkpointEvery: 1_000_000 });
    const trainer = await startTrainer();
    await start(trainer, run);
    await next(trainer, 'trainer.metrics');
    const paused = next(trainer, 'trainer.status', ({ status }) => status === 'paused');
    const { step } = await trainer.peer.request('trainer.pause', {});
    expect(await paused).toMatchObject({ step });
    expect(await stepsOf(run)).toEqual([step]);
    const line = next(trainer, 'trainer.metrics');
    await trainer.peer.request('trainer.resume', {});
    expect((await line).step[0]).toBe(step + 1);
  });

  it('writes a checkpoint when it is asked to stop, and ends', async () => {
    const run = await place.makeRun('stopped', { steps: 1_000_000, checkpointEvery: 1_000_000 });
    const trainer = await startTrainer();
    await start(trainer, run);
    await next(trainer, 'trainer.metrics');
    await trainer.peer.request('engine.stop', {});
    expect(await trainer.exited).toEqual({ code: 0, signal: null });
    const { status, step } = await manifestOf(run);
    expect({ status, steps: await stepsOf(run) }).toEqual({ status: 'stopped', steps: [step] });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('writes a checkpoint on %s', async (signal) => {
    const run = await place.makeRun(signal.toLowerCase(), { steps: 1_000_000, checkpointEvery: 1_000_000 });
    const trainer = await startTrainer();
    await start(trainer, run);
    await next(trainer, 'trainer.metrics');
    trainer.child.kill(signal);
    expect(await trainer.exited).toEqual({ code: 0, signal: null });
    expect(await stepsOf(run)).toEqual([(await manifestOf(run)).step]);
  });

  it('writes a checkpoint and ends when the workbench is gone', async () => {
    const run = await place.makeRun('orphan', { steps: 1_000_000, checkpointEvery: 1_000_000 });
    const trainer = await startTrainer();
    await start(trainer, run);
    await next(trainer, 'trainer.metrics');
    for (const stream of trainer.child.stdio) stream?.destroy(); // its log is gone as well
    expect(await trainer.exited).toEqual({ code: 0, signal: null });
    expect(await stepsOf(run)).toHaveLength(1);
  });

  it('goes on from the newest checkpoint after it was killed', async () => {
    const run = await place.makeRun('killed', { steps: 1_000_000 });
    const first = await startTrainer();
    await start(first, run);
    await next(first, 'trainer.checkpoint', ({ step }) => step >= 20);
    first.child.kill('SIGKILL');
    expect((await first.exited).signal).toBe('SIGKILL');
    const newest = (await stepsOf(run)).at(-1)!;

    const second = await startTrainer();
    const line = next(second, 'trainer.metrics');
    expect(await start(second, run)).toEqual({ step: newest });
    expect((await line).step[0]).toBe(newest + 1);
  });

  it('refuses a run that another trainer works on, and a second run', async () => {
    const run = await place.makeRun('taken', { steps: 1_000_000 });
    const first = await startTrainer();
    await start(first, run);
    await expect(start(first, run)).rejects.toMatchObject({ code: 'CONFLICT' });
    const second = await startTrainer();
    await expect(start(second, run)).rejects.toMatchObject({ code: 'CONFLICT' });
    await second.peer.request('engine.stop', {});
    expect((await second.exited).code).toBe(0);
  });

  it('goes on from the checkpoint before a damaged one, and says so in its log and to the workbench', async () => {
    const run = await place.makeRun('damaged');
    const first = await startTrainer();
    const finished = next(first, 'trainer.status', ({ status }) => status === 'finished');
    await start(first, run);
    await finished;
    await first.peer.request('engine.stop', {});
    await first.exited;
    await truncate(path.join(run, runFolder.checkpoint(20), runFolder.weights), 999);

    const second = await startTrainer();
    const damaged = next(second, 'trainer.damaged');
    expect(await start(second, run)).toEqual({ step: 10 });
    expect(await damaged).toEqual({
      step: 20,
      instead: 10,
      message: 'checkpoints/20/weights.safetensors is damaged: it is not a whole safetensors file.',
    });
    await second.peer.request('engine.stop', {});
    expect(second.log()).toMatch(/checkpoints\/20\/weights.safetensors is damaged.* Training goes on from step 10\./);
  });

  it('fails with the reason when the loss is no number any more, and still answers', async () => {
    const run = await place.makeRun('hopeless', {
      steps: 1_000_000,
      learningRate: 1,
      optimizer: { kind: 'adam', beta1: 0, beta2: 0.1, epsilon: 1e-8 },
    });
    const file = path.join(run, runFolder.manifest);
    await writeFile(file, JSON.stringify({ ...(await manifestOf(run)), trainVariance: 1e-38 }));
    const trainer = await startTrainer();
    const failed = next(trainer, 'trainer.status', ({ status }) => status === 'failed');
    await start(trainer, run);
    expect((await failed).failure).toMatchObject({ code: 'NOT_FINITE' });
    expect(await trainer.peer.request('engine.ping', {})).toEqual({});
    expect(await manifestOf(run)).toMatchObject({ status: 'failed', failure: { code: 'NOT_FINITE' } });
  });

  it('says that TensorFlow is not set up instead of dying of it', async () => {
    const trainer = await startRole(engine.entry, 'trainer', { TESSERA_CACHE: path.join(place.folder, 'empty') });
    started.push(trainer);
    await expect(start(trainer, await place.makeRun('early'))).rejects.toMatchObject({ code: 'ENGINE_NOT_SET_UP' });
    expect(await trainer.peer.request('engine.ping', {})).toEqual({});
  });
});
