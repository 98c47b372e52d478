import { appendFileSync, cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFolder, sessionsFileSchema } from '../../../../shared/specs';
import { type TrainerOptions, createTrainer, evaluateRun, loadRun } from '../../../../main/engine/training';
import { listCheckpoints } from '../../../../main/run-files';
import {
  type Dataset,
  learntOf,
  makeDataset,
  makeRun,
  manifestOf,
  metricsOf,
  stepsOf,
  temporaryFolder,
  tensorsOf,
} from './fixture';

const picture = { kind: 'picture' };

const folder = temporaryFolder();
let dataset: Dataset;
beforeAll(async () => {
  dataset = await makeDataset(folder.path('dataset'));
});
afterAll(folder.remove);

/** From the fixture's learning rate to 0. */
const falling = (kind: 'linear' | 'cosine', warmup = 0) => ({ kind, from: 3e-3, to: 0, warmup });

type Handlers = Omit<TrainerOptions, 'runDirectory' | 'datasetDirectory'>;

async function open(run: string, handlers: Handlers = {}) {
  return createTrainer({ runDirectory: run, datasetDirectory: dataset.directory, ...handlers });
}

async function trainOn(run: string, handlers: Handlers = {}) {
  const trainer = await open(run, handlers);
  const outcome = await trainer.run();
  await trainer.dispose();
  return outcome;
}

const sessionsOf = (run: string) =>
  sessionsFileSchema.parse(JSON.parse(readFileSync(path.join(run, runFolder.sessions), 'utf8'))).sessions;

/** Trains and stops as soon as that step is done. */
async function trainUntil(run: string, step: number) {
  const trainer = await open(run, { onMetrics: (line) => void (line.step === step && trainer.stop()) });
  const outcome = await trainer.run();
  await trainer.dispose();
  return outcome;
}

describe('a run', () => {
  it('records every session, a damaged record beginning anew', async () => {
    const run = makeRun(folder.path('sessions'), dataset);
    await trainUntil(run, 5);
    await trainOn(run);
    expect(sessionsOf(run).map(({ fromStep, toStep }) => [fromStep, toStep])).toEqual([
      [0, 5],
      [5, 20],
    ]);
    const again = makeRun(folder.path('sessions-damaged'), dataset);
    writeFileSync(path.join(again, runFolder.sessions), '{"version":');
    await trainUntil(again, 5);
    expect(sessionsOf(again)).toHaveLength(1);
  });

  it('trains to its last step and leaves everything behind that its folder should hold', async () => {
    const run = makeRun(folder.path('whole'), dataset);
    const seen: string[] = [];
    const outcome = await trainOn(run, {
      onStatus: ({ status }) => seen.push(status),
      onCheckpoint: ({ step }) => seen.push(`checkpoint ${step}`),
      onPreview: ({ step }) => seen.push(`preview ${step}`),
      onEvaluation: ({ step }) => seen.push(`evaluation ${step}`),
    });
    expect(outcome).toEqual({ status: 'finished', step: 20, failure: null });
    expect(manifestOf(run)).toMatchObject({ status: 'finished', step: 20, failure: null });
    const order = [
      'running',
      'preview 0',
      'evaluation 10',
      'preview 10',
      'checkpoint 10',
      'evaluation 20',
      'preview 20',
      'checkpoint 20',
      'finished',
    ];
    expect(seen.filter((one, at) => one !== 'running' || at === 0)).toEqual(order);

    const lines = metricsOf(run);
    expect(lines.filter(({ values }) => 'nmse' in values).map(({ step }) => step)).toEqual(
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
    expect(Object.keys(lines[0]!.values).sort()).toEqual(
      [
        'loss',
        'loss/reconstruction',
        'loss/commitment',
        'nmse',
        'perplexity',
        'learning-rate',
        'items-per-second',
        'memory',
        'time/compute',
        'time/data',
        'time/other',
      ].sort(),
    );
    expect(Object.keys(lines.at(-1)!.values).sort()).toEqual(
      ['test/nmse', 'test/psnr', 'test/perplexity', 'test/usage', 'test/dead-codes', 'test/mse', 'test/ssim'].sort(),
    );
    const losses = lines.flatMap(({ values }) =>
      values.loss === null || values.loss === undefined ? [] : [values.loss],
    );
    expect(losses.at(-1)!).toBeLessThan(losses[0]! * 0.8);

    expect(stepsOf(run)).toEqual([10, 20]);
    expect(statSync(path.join(run, runFolder.preview(20, picture))).size).toBe(11 * 256);
    expect(statSync(path.join(run, runFolder.previewOriginals(picture))).size).toBe(11 * 256);
    expect(existsSync(path.join(run, runFolder.lock))).toBe(false);
    const [session, ...others] = sessionsOf(run);
    expect(others).toEqual([]);
    expect(session).toMatchObject({
      fromStep: 0,
      toStep: 20,
      device: 'cpu',
      versions: { node: process.versions.node },
    });
    expect(session!.seconds).toBeGreaterThan(0);
    expect(session!.versions.tensorflow).toMatch(/^2\./);
    const usage = new Uint32Array(new Uint8Array(readFileSync(path.join(run, runFolder.usageAt(20)))).buffer);
    expect(usage.reduce((sum, count) => sum + count, 0)).toBe(11 * 16);
  });

  it('is evaluated over the whole split as its checkpoint is evaluated later', async () => {
    const run = folder.path('whole');
    const model = await loadRun(run, 20);
    const { evaluation } = await evaluateRun(model, dataset.directory, 'test');
    model.dispose();
    const line = metricsOf(run).at(-1)!.values;
    expect(evaluation.items).toBe(11);
    expect(evaluation.measures.nmse).toBeCloseTo(line['test/nmse']!, 6);
    expect(evaluation.measures.psnr).toBeCloseTo(line['test/psnr']!, 4);
    expect(evaluation.measures['dead-codes']).toBe(line['test/dead-codes']);
  });

  it('keeps the newest checkpoints and the best', async () => {
    const run = makeRun(folder.path('kept'), dataset, {
      training: { steps: 24, checkpointEvery: 4, evaluateEvery: 8, keep: 2, learningRate: falling('linear') },
    });
    const best: number[] = [];
    await trainOn(run, { onCheckpoint: (one) => void (one.best && best.push(one.step)) });
    expect(stepsOf(run)).toEqual([...new Set([best.at(-1)!, 20, 24])].sort((a, b) => a - b));
  });
});

describe.each([
  ['a moving-average codebook', { update: 'ema' }],
  ['a codebook learnt by gradient', { update: 'gradient' }],
])('a continued run with %s', (_name, quantizer) => {
  const name = quantizer.update;
  const options = {
    training: { steps: 24, learningRate: falling('cosine', 3) },
    augmentation: { flip: true },
    quantizer,
  };
  let whole: string;
  beforeAll(async () => {
    whole = makeRun(folder.path(`${name}-whole`), dataset, options);
    await trainOn(whole);
  });

  function expectSame(run: string): void {
    expect(learntOf(run)).toEqual(learntOf(whole));
    expect(tensorsOf(run, 24)).toEqual(tensorsOf(whole, 24));
    for (const file of [
      runFolder.preview(10, picture),
      runFolder.preview(24, picture),
      runFolder.usageAt(20),
      runFolder.usageAt(24),
    ]) {
      expect(readFileSync(path.join(run, file)), file).toEqual(readFileSync(path.join(whole, file)));
    }
  }

  it('revives codes on the way, so that this is compared as well', async () => {
    const twin = makeRun(folder.path(`${name}-twin`), dataset, {
      ...options,
      quantizer: { ...quantizer, reviveAfter: 0 },
    });
    await trainOn(twin);
    const codebook = 'quantizer/codebook';
    expect(tensorsOf(twin, 24)[codebook]!.data).not.toEqual(tensorsOf(whole, 24)[codebook]!.data);
  });

  it('equals an uninterrupted one bit for bit after stops', async () => {
    const run = makeRun(folder.path(`${name}-stopped`), dataset, options);
    expect(await trainUntil(run, 7)).toMatchObject({ status: 'stopped', step: 7 });
    expect(manifestOf(run)).toMatchObject({ status: 'stopped', step: 7 });
    expect(await trainUntil(run, 13)).toMatchObject({ status: 'stopped', step: 13 });
    await trainOn(run);
    expectSame(run);
  });

  it('equals an uninterrupted one bit for bit after a crash between checkpoints, a torn line included', async () => {
    const run = makeRun(folder.path(`${name}-crashing`), dataset, options);
    const crashed = folder.path(`${name}-crashed`);
    const trainer = await open(run, {
      onMetrics: ({ step }) => {
        if (step !== 16 || existsSync(crashed)) return;
        cpSync(run, crashed, { recursive: true });
        void trainer.stop();
      },
    });
    await trainer.run();
    await trainer.dispose();
    // What the dead process had written beyond its checkpoint at step 10, and its lock.
    const line = JSON.stringify({ step: 12, wall: 1, values: { loss: 9 } });
    appendFileSync(path.join(crashed, runFolder.metrics), `${line}\n{"step":13,"wall":1,"va`);
    writeFileSync(path.join(crashed, runFolder.preview(15, picture)), 'half');
    writeFileSync(path.join(crashed, runFolder.lock), '999999999');
    await trainOn(crashed);
    expectSame(crashed);
    expect(existsSync(path.join(crashed, runFolder.preview(15, picture)))).toBe(false);
  });

  it('makes up for an evaluation that a stop gave up', async () => {
    const run = makeRun(folder.path(`${name}-evaluating`), dataset, options);
    // The step's own line comes just before its evaluation, which the stop then finds under way.
    await trainUntil(run, 10);
    expect(metricsOf(run).some(({ values }) => 'test/nmse' in values)).toBe(false);
    await trainOn(run);
    expectSame(run);
  });
});

describe('a trainer', () => {
  it('pauses with a checkpoint, resumes, and stops while it is paused', async () => {
    const run = makeRun(folder.path('paused'), dataset, { training: { steps: 1000, evaluateEvery: 1000 } });
    const states: string[] = [];
    const paused: Promise<{ step: number }>[] = [];
    const trainer = await open(run, {
      onStatus: ({ status }) => states.push(status),
      onMetrics: ({ step }) => void (step === 3 && paused.push(trainer.pause())),
    });
    const outcome = trainer.run();
    while (paused.length === 0) await new Promise(setImmediate);
    const { step } = await paused[0]!;
    expect(step).toBe(3);
    expect(stepsOf(run)).toContain(3);
    expect(manifestOf(run).status).toBe('paused');

    trainer.resume();
    while (trainer.step < 6) await new Promise(setImmediate);
    const again = await trainer.pause();
    expect(again.step).toBeGreaterThanOrEqual(6);
    expect(await trainer.stop()).toEqual(again);
    expect(await outcome).toMatchObject({ status: 'stopped', step: again.step });
    await trainer.dispose();
    expect(states.filter((one, at) => one !== states[at - 1])).toEqual([
      'running',
      'paused',
      'running',
      'paused',
      'stopped',
    ]);
  });

  it('answers a pause that comes when the run is over', async () => {
    const run = makeRun(folder.path('late'), dataset, { training: { steps: 2 } });
    const trainer = await open(run);
    await trainer.run();
    expect(await trainer.pause()).toEqual({ step: 2 });
    expect(await trainer.stop()).toEqual({ step: 2 });
    await trainer.dispose();
  });

  it('stops at a loss that is not finite, naming step and term, and keeps the last sound checkpoint', async () => {
    const run = makeRun(folder.path('exploded'), dataset);
    await trainUntil(run, 4);
    const manifest = manifestOf(run);
    // A division by what is zero in float32.
    writeFileSync(path.join(run, runFolder.manifest), JSON.stringify({ ...manifest, trainVariance: 1e-300 }));
    const outcome = await trainOn(run);
    expect(outcome).toMatchObject({ status: 'failed', step: 5, failure: { code: 'NOT_FINITE' } });
    expect(outcome.failure!.message).toMatch(/step 5 .*“reconstruction”.* infinite/);
    expect(outcome.failure!.hint).toMatch(/learning rate.*step 4/);
    expect(manifestOf(run)).toMatchObject({ status: 'failed', failure: { code: 'NOT_FINITE' } });
    expect(stepsOf(run)).toEqual([4]);
    expect(metricsOf(run).at(-1)).toMatchObject({ step: 5, values: { loss: null } });
  });

  it('refuses a run that another process trains, and takes over from one that is gone', async () => {
    const run = makeRun(folder.path('locked'), dataset, { training: { steps: 2 } });
    const first = await open(run);
    await expect(open(run)).rejects.toMatchObject({ code: 'CONFLICT' });
    await first.dispose();
    writeFileSync(path.join(run, runFolder.lock), '999999999');
    expect(await trainOn(run)).toMatchObject({ status: 'finished' });
  });

  it('refuses a dataset of another shape and lets go of the run', async () => {
    const other = await makeDataset(folder.path('other'), { height: 20, channels: 3 });
    const run = makeRun(folder.path('mismatch'), other);
    await expect(open(run)).rejects.toMatchObject({ code: 'BAD_REQUEST', field: 'dataset' });
    expect(existsSync(path.join(run, runFolder.lock))).toBe(false);
  });

  it('fails the run, not the process, when its dataset can no longer be read', async () => {
    const lost = await makeDataset(folder.path('lost'));
    const run = makeRun(folder.path('orphan'), lost, { training: { steps: 100_000 } });
    const trainer = await createTrainer({ runDirectory: run, datasetDirectory: lost.directory });
    const outcome = trainer.run();
    while (trainer.step < 2) await new Promise(setImmediate);
    writeFileSync(path.join(lost.directory, 'pack-16x16x1.u8'), '');
    expect(await outcome).toMatchObject({ status: 'failed', failure: { code: 'DISK' } });
    await trainer.dispose();
  });

  it('leaves a run stopped, not finished, when its last evaluation was given up', async () => {
    const run = makeRun(folder.path('unfinished'), dataset, { training: { steps: 6 } });
    expect(await trainUntil(run, 6)).toMatchObject({ status: 'stopped', step: 6 });
    expect(await trainOn(run)).toMatchObject({ status: 'finished', step: 6 });
    expect(
      metricsOf(run)
        .filter(({ values }) => 'test/nmse' in values)
        .map(({ step }) => step),
    ).toEqual([6]);
    expect(listCheckpoints(run)).toMatchObject({ steps: expect.arrayContaining([6]) as number[], best: 6 });
  });

  it('trains where nothing is held out', async () => {
    const plain = await makeDataset(folder.path('plain'), { test: 0 });
    const run = makeRun(folder.path('unjudged'), plain);
    const trainer = await createTrainer({ runDirectory: run, datasetDirectory: plain.directory });
    expect(await trainer.run()).toMatchObject({ status: 'finished' });
    await trainer.dispose();
    expect(stepsOf(run)).toEqual([10, 20]);
    rmSync(run, { recursive: true });
  });
});
