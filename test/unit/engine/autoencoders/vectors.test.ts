import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AutoencoderKind } from '../../../../shared/specs';
import { exportRun } from '../../../../main/engine/export';
import { type LoadedRun, createTrainer, evaluateRun, loadRun, planRun } from '../../../../main/engine/training';
import {
  type Dataset,
  learntOf,
  makeDataset,
  makeRun,
  manifestOf,
  metricsOf,
  temporaryFolder,
  tensorsOf,
} from '../training/fixture';

const folder = temporaryFolder();
let dataset: Dataset;
beforeAll(async () => {
  dataset = await makeDataset(folder.path('dataset'), { height: 18, width: 20, channels: 3, train: 40, test: 21 });
});
afterAll(folder.remove);

const LENGTH = 6;
const dense = { kind: 'dense', layers: 2, width: 16, activation: 'tanh' };
const convolutional = { kind: 'convolutional', hidden: 8, residualLayers: 1, residualHidden: 4, downsamplings: 2 };
const bernoulli = { kind: 'bernoulli', binarise: true };
const fixed = { kind: 'gaussian', deviation: 0.2, learnt: false };
const warmUp = { kind: 'linear', from: 0, to: 1, over: 10, warmup: 0 };
type Model = { kind: AutoencoderKind } & Record<string, unknown>;
const models: [string, Model, string[]][] = [
  ['pca', { kind: 'pca' }, []],
  ['ae', { kind: 'ae', network: convolutional }, []],
  ['vae', { kind: 'vae', network: convolutional, beta: warmUp, likelihoodSamples: 30 }, ['elbo', 'kl', 'nll-iwae-30']],
  [
    'vae-bernoulli',
    { kind: 'vae', network: dense, likelihood: bernoulli, freeBits: 0.1, likelihoodSamples: 40 },
    ['nll-iwae-40'],
  ],
  ['iwae', { kind: 'iwae', network: dense, samples: 3, likelihoodSamples: 70 }, ['iwae-3', 'nll-iwae-70']],
  [
    'iwae-dreg',
    { kind: 'iwae', network: dense, samples: 3, estimator: 'dreg', likelihood: fixed, likelihoodSamples: 30 },
    ['iwae-3'],
  ],
];

async function train(name: string, model: Model, training: object = {}): Promise<string> {
  const run = makeRun(folder.path(name), dataset, { model: { latent: LENGTH, ...model }, training });
  await goOn(run);
  return run;
}

async function goOn(run: string, stopAt?: number): Promise<void> {
  const trainer = await createTrainer({
    runDirectory: run,
    datasetDirectory: dataset.directory,
    onMetrics: ({ step }) => void (step === stopAt && trainer.stop()),
  });
  const { failure } = await trainer.run();
  expect(failure).toBeNull();
  await trainer.dispose();
}

describe.each(models)('%s', (name, model, measures) => {
  let run: string;
  let loaded: LoadedRun;
  beforeAll(async () => {
    run = await train(`whole-${name}`, model);
    loaded = await loadRun(run, 20);
  });
  afterAll(() => loaded.dispose());

  it('learns, and tells the same of the held-out split when it is loaded again', async () => {
    const lines = metricsOf(run);
    expect(lines.filter(({ values }) => 'loss' in values)).toHaveLength(20);
    const thorough = measures.length > 0;
    const { evaluation } = await evaluateRun(loaded, dataset.directory, 'test', { thorough });
    const last = lines.at(-1)!.values;
    expect(evaluation.measures.nmse).toBeCloseTo(last['test/nmse']!, 6);
    expect(Object.keys(evaluation.measures)).not.toContain('perplexity');
    expect(Object.keys(evaluation.measures)).toEqual(expect.arrayContaining(measures));
    for (const value of Object.values(evaluation.measures)) expect(value).toSatisfy(Number.isFinite);
    expect('active-units' in evaluation.measures).toBe(['vae', 'iwae'].includes(model.kind));
  });

  it('goes on from a stop as if there had been none', async () => {
    const parts = makeRun(folder.path(`parts-${name}`), dataset, { model: { latent: LENGTH, ...model } });
    await goOn(parts, 8);
    expect(manifestOf(parts)).toMatchObject({ status: 'stopped', step: 8 });
    await goOn(parts);
    expect(tensorsOf(parts, 20)).toEqual(tensorsOf(run, 20));
    expect(learntOf(parts).at(-1)).toEqual(learntOf(run).at(-1));
  });

  it('turns pictures into vectors and back', () => {
    const pixels = new Uint8Array(2 * 18 * 20 * 3).fill(90, 0, 1000);
    const latents = loaded.encode(pixels, 2);
    expect(latents).toBeInstanceOf(Float32Array);
    expect(latents).toHaveLength(2 * LENGTH);
    expect(loaded.decode(latents as never, 2)).toEqual(loaded.reconstruct(pixels, 2));
  });

  it('is planned and exported', async () => {
    const plan = planRun(manifestOf(run).spec, dataset.signal);
    expect(plan).toMatchObject({ latent: { kind: 'vector', length: LENGTH }, bitsPerItem: 32 * LENGTH });
    const weights = tensorsOf(run, 20);
    const names = loaded.model.weights.map((one) => one.name);
    expect(plan.parameters).toBe(names.reduce((sum, one) => sum + weights[one]!.data.length, 0));
    for (const format of ['safetensors', 'savedmodel'] as const) {
      const directory = folder.path(`${format}-${name}`);
      const signal = new AbortController().signal;
      await exportRun({ runDirectory: run, step: 20, format, directory, signal, onProgress: () => undefined });
      expect(existsSync(path.join(directory, format === 'savedmodel' ? 'saved_model.pb' : 'model.safetensors'))).toBe(
        true,
      );
    }
  });
});

describe('PCA', () => {
  it('is there from its first step, reconstructs best among all, and says what it explains', async () => {
    const run = await train('pca-first', { kind: 'pca' }, { steps: 1, evaluateEvery: 1 });
    const [first] = metricsOf(run);
    expect(first!.values.nmse).toBeLessThan(0.01);
    expect(first!.values['explained-variance']).toBeGreaterThan(0.99);
    expect(first!.values['explained-variance']).toBeLessThanOrEqual(1);
  });

  it('has an NMSE of about 0 over pictures of low rank or all alike, whatever the number of components', async () => {
    for (const levels of [[30, 220], [90]]) {
      const name = `plain-${levels.length}`;
      const plain = await makeDataset(folder.path(name), { picture: (at) => () => levels[at % levels.length]! });
      const run = makeRun(folder.path(`${name}-run`), plain, {
        model: { kind: 'pca', latent: 4 },
        training: { steps: 1, evaluateEvery: 1 },
      });
      const trainer = await createTrainer({ runDirectory: run, datasetDirectory: plain.directory });
      expect(await trainer.run()).toMatchObject({ status: 'finished', failure: null });
      await trainer.dispose();
      for (const { values } of metricsOf(run)) {
        for (const value of Object.values(values)) expect(value === null || Number.isFinite(value)).toBe(true);
        expect(values.nmse ?? values['test/nmse']).toBeLessThan(1e-6);
      }
    }
  });

  it('names the limit where there are fewer pictures than components', async () => {
    const run = makeRun(folder.path('pca-many'), dataset, { model: { kind: 'pca', latent: 40 } });
    const trainer = await createTrainer({ runDirectory: run, datasetDirectory: dataset.directory });
    const { failure } = await trainer.run();
    await trainer.dispose();
    expect(failure).toMatchObject({ code: 'BAD_REQUEST', hint: 'Ask for 39 at most.' });
  });
});

describe('a decoder', () => {
  it('begins with the mean of the training pictures', async () => {
    const run = makeRun(folder.path('mean'), dataset, {
      model: { kind: 'vae', latent: LENGTH, network: dense },
      training: { steps: 1, learningRate: 1e-9, evaluateEvery: 1 },
    });
    await goOn(run);
    // Variance around the mean picture is less than around one mean brightness; an untrained decoder adds little to its bias.
    expect(metricsOf(run).at(-1)!.values['test/nmse']).toBeLessThan(1.3);
  });
});
