import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFolder } from '../../../../shared/specs';
import { buildEngine, startRole } from '../../../support/engine';
import { type Dataset, type RunOptions, learntOf, makeDataset, makeRun, temporaryFolder, tensorsOf } from './fixture';
import { train } from './train';

const picture = { kind: 'picture' };

/** Every way to train, in few runs: each is trained straight through, and interrupted in several ways. */
const cases: Record<string, RunOptions> = {
  'Adam on a cosine, EMA codebook with revival, commitment on a schedule': {
    training: { learningRate: { kind: 'cosine', from: 3e-3, to: 1e-4, warmup: 3 } },
    augmentation: { flip: true },
    quantizer: { update: 'ema', commitment: { kind: 'linear', from: 0, to: 0.5, over: 10 } },
  },
  'AdamW, clipped, accumulated and averaged, gradient codebook with revival': {
    training: {
      optimizer: { kind: 'adamw', weightDecay: { kind: 'linear', from: 0.1, to: 0 } },
      clipNorm: 0.3,
      accumulate: 3,
      batch: 4,
      averageDecay: 0.9,
    },
    augmentation: { flip: true },
    quantizer: { update: 'gradient' },
  },
  'momentum on an exponential, averaged, EMA codebook with revival': {
    training: {
      optimizer: { kind: 'sgd', momentum: 0.9 },
      learningRate: { kind: 'exponential', from: 1e-2, to: 1e-4 },
      averageDecay: 0.99,
    },
    quantizer: { update: 'ema' },
  },
  'Nesterov’s momentum on steps, clipped, gradient codebook with revival': {
    training: {
      optimizer: { kind: 'sgd', momentum: 0.8, nesterov: true },
      learningRate: { kind: 'step', from: 1e-2, factor: 0.5, every: 7 },
      clipNorm: 0.5,
      deterministic: true,
    },
    quantizer: { update: 'gradient' },
  },
};
const STEPS = 24;
const CRASHES = [7, 18];
const names = Object.keys(cases);

const folder = temporaryFolder();
let dataset: Dataset;
let engine: Awaited<ReturnType<typeof buildEngine>>;
beforeAll(async () => {
  [dataset, engine] = await Promise.all([makeDataset(folder.path('dataset')), buildEngine()]);
  for (const name of names) await trainStraight(name);
});
afterAll(async () => {
  folder.remove();
  await engine?.remove();
});

/** The run that nothing interrupts, and what a process that dies in the middle of a step would have left of it. */
const straight = (name: string) => folder.path(String(names.indexOf(name)), 'straight');
const crashed = (name: string, step: number) => folder.path(String(names.indexOf(name)), `crashed-${step}`);

function make(name: string, run: string): string {
  const { training, ...rest } = cases[name]!;
  return makeRun(run, dataset, {
    ...rest,
    training: { steps: STEPS, evaluateEvery: 8, previewEvery: 6, checkpointEvery: 5, ...training },
  });
}

async function trainStraight(name: string): Promise<void> {
  const run = make(name, straight(name));
  await train(run, dataset, {
    onMetrics: ({ step }) => {
      const copy = crashed(name, step);
      if (CRASHES.includes(step) && !existsSync(copy)) cpSync(run, copy, { recursive: true });
    },
  });
}

function expectSame(run: string, other: string): void {
  expect(learntOf(run)).toEqual(learntOf(other));
  expect(tensorsOf(run, STEPS)).toEqual(tensorsOf(other, STEPS));
  for (const file of [
    runFolder.preview(6, picture),
    runFolder.preview(STEPS, picture),
    runFolder.usageAt(16),
    runFolder.usageAt(STEPS),
  ])
    expect(readFileSync(path.join(run, file)), file).toEqual(readFileSync(path.join(other, file)));
}

describe.each(names)('%s', (name) => {
  it.each(CRASHES)(
    'leaves, at a crash in the middle of step %i, what continues to the same end bit for bit',
    async (step) => {
      const run = crashed(name, step);
      writeFileSync(path.join(run, runFolder.lock), '999999999');
      expect(await train(run, dataset)).toMatchObject({ status: 'finished', step: STEPS });
      expectSame(run, straight(name));
    },
  );
});

/** Trains in a process of its own; with `killAt`, until it is killed at or soon after that step. */
async function trainApart(run: string, killAt?: number): Promise<void> {
  const { peer, child, exited } = await startRole(engine.entry, 'trainer');
  const reached = new Promise<void>((resolve) => {
    peer.on('trainer.metrics', ({ step }) => {
      if (killAt !== undefined && (step.at(-1) ?? 0) >= killAt) resolve();
    });
    peer.on('trainer.status', ({ status }) => {
      if (status === 'finished' || status === 'failed') resolve();
    });
  });
  await peer.request('trainer.start', { runDirectory: run, datasetDirectory: dataset.directory });
  await reached;
  child.kill('SIGKILL');
  await exited;
}

it.each([names[1]!, names[3]!])(
  '%s: a process that is killed again and again ends as one that is not',
  async (name) => {
    const run = make(name, `${straight(name)}-killed`);
    for (const step of [3, 13]) await trainApart(run, step);
    await trainApart(run);
    expectSame(run, straight(name));
  },
);
