import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromPreset, latentSize, presets, runFolder } from '../../../../shared/specs';
import { exportRun } from '../../../../main/engine/export';
import { readSafetensors } from '../../../../main/engine/formats/safetensors';
import { type Tensor, tf } from '../../../../main/engine/tensorflow/native/load';
import { evaluateRun, loadRun, planRun } from '../../../../main/engine/training';
import {
  type Dataset,
  learntOf,
  makeDataset,
  makeRun,
  metricsOf,
  temporaryFolder,
  tensorsOf,
} from '../training/fixture';
import { train } from '../training/train';

interface SavedModel {
  predict(inputs: Record<string, Tensor>): Record<string, Tensor>;
  dispose(): void;
}
const { node } = tf as unknown as {
  node: { loadSavedModel(directory: string, tags: string[], signature: string): Promise<SavedModel> };
};

const dense = { kind: 'dense', layers: 1, width: 16, activation: 'relu' };
/** Models with codes beside the VQ-VAE; their series, and what evaluation measures. */
const cases: Record<string, { model: object; series: string[]; measures: string[] }> = {
  'two levels of vectors begun by k-means, revived': {
    model: {
      kind: 'vq-vae-2',
      hidden: 8,
      top: { kind: 'vector', codes: 8, dimension: 4, initialisation: 'k-means', reviveAfter: 3 },
      quantizer: { kind: 'vector', codes: 16, dimension: 4, initialisation: 'k-means', reviveAfter: 3 },
    },
    series: ['loss/commitment-1', 'loss/commitment-2', 'perplexity-1', 'perplexity-2'],
    measures: [],
  },
  'three levels, residual codes below finite scalars': {
    model: {
      kind: 'vq-vae-2',
      hidden: 8,
      levels: 3,
      downsamplings: 1,
      top: { kind: 'fsq', levels: [4, 3] },
      quantizer: { kind: 'residual', stages: 2, quantizer: { kind: 'vector', codes: 8, dimension: 4 } },
    },
    series: ['perplexity-3'],
    measures: [],
  },
  'a dVAE': {
    model: {
      kind: 'dvae',
      codes: 16,
      hidden: 8,
      groups: 3,
      blocks: 1,
      embedding: 4,
      temperature: { kind: 'cosine', from: 1, to: 0.1 },
      kl: { kind: 'linear', from: 0, to: 1, over: 10 },
    },
    series: ['kl', 'loss/kl', 'schedule/temperature', 'schedule/kl'],
    measures: ['kl'],
  },
  'a discrete VAE with leave-one-out estimates': {
    model: { kind: 'discrete-vae', variables: 5, codes: 4, network: dense, likelihoodSamples: 20 },
    series: ['gradient-variance', 'elbo', 'kl'],
    measures: ['elbo', 'kl', 'bits-per-dimension'],
  },
  'a discrete VAE with a running baseline and convolutions': {
    model: {
      kind: 'discrete-vae',
      variables: 3,
      codes: 2,
      estimator: 'baseline',
      network: { kind: 'convolutional', hidden: 8, residualLayers: 1, residualHidden: 4 },
      likelihood: { kind: 'gaussian' },
      likelihoodSamples: 20,
    },
    series: ['gradient-variance', 'deviation'],
    measures: ['elbo', 'kl'],
  },
  'a Bernoulli variable learnt through relaxed draws': {
    model: {
      kind: 'discrete-vae',
      variables: 1,
      codes: 2,
      estimator: 'gumbel-st',
      network: dense,
      measureVariance: false,
    },
    series: ['elbo'],
    measures: ['elbo'],
  },
};
const STEPS = 20;
const CRASH = 13;
const names = Object.keys(cases);

const folder = temporaryFolder();
let dataset: Dataset;
beforeAll(async () => {
  // Sides that the halvings don't divide.
  dataset = await makeDataset(folder.path('dataset'), { height: 18, width: 20 });
});
afterAll(folder.remove);

describe.each(names)('%s', (name) => {
  const { model, series, measures } = cases[name]!;
  const run = folder.path(String(names.indexOf(name)));
  const crashed = `${run}-crashed`;

  beforeAll(async () => {
    makeRun(run, dataset, {
      model: { quantizer: undefined, ...model },
      training: { steps: STEPS, evaluateEvery: 10, checkpointEvery: 10, averageDecay: 0.9 },
    });
    const outcome = await train(run, dataset, {
      onMetrics: ({ step }) => {
        if (step === CRASH && !existsSync(crashed)) cpSync(run, crashed, { recursive: true });
      },
    });
    expect(outcome).toMatchObject({ status: 'finished', step: STEPS, failure: null });
  });

  it('learns, with its series', () => {
    const metrics = metricsOf(run);
    for (const { values } of metrics) expect(Object.values(values).every(Number.isFinite)).toBe(true);
    for (const one of [...series, 'nmse', 'perplexity']) expect(metrics[0]!.values).toHaveProperty([one]);
    const loss = metrics.flatMap(({ values }) => values.loss ?? []);
    expect(loss).toHaveLength(STEPS);
    const mean = (values: number[]) => values.reduce((sum, one) => sum + one) / values.length;
    expect(mean(loss.slice(-5))).toBeLessThan(mean(loss.slice(0, 5)));
  });

  it(`continues after a crash at step ${CRASH} to the same end bit for bit`, async () => {
    writeFileSync(`${crashed}/${runFolder.lock}`, '999999999');
    expect(await train(crashed, dataset)).toMatchObject({ status: 'finished', step: STEPS });
    expect(learntOf(crashed)).toEqual(learntOf(run));
    expect(tensorsOf(crashed, STEPS)).toEqual(tensorsOf(run, STEPS));
  });

  it('is evaluated as the trainer did, with what it measures', async () => {
    const loaded = await loadRun(run, STEPS);
    const { evaluation } = await evaluateRun(loaded, dataset.directory, 'test', {
      thorough: measures.includes('bits-per-dimension'),
    });
    const last = metricsOf(run).findLast(({ values }) => 'test/nmse' in values)!.values;
    expect(evaluation.measures.nmse).toBeCloseTo(last['test/nmse']!, 5);
    expect(evaluation.measures.perplexity).toBeGreaterThanOrEqual(1);
    for (const measure of measures) expect(evaluation.measures[measure]).toBeCloseTo(last[`test/${measure}`]!, 3);
    loaded.dispose();
  });

  it('means the same as a SavedModel, and lies whole in a safetensors file', async () => {
    const loaded = await loadRun(run, STEPS);
    if (loaded.kind !== 'codes') throw new Error('a model without codes');
    const { height, width } = dataset.signal;
    const pixels = Uint8Array.from({ length: 3 * height * width }, (_, at) => (at * 37) % 256);
    const codes = loaded.encode(pixels, 3);
    const pictures = loaded.decode(codes, 3);
    expect(loaded.reconstruct(pixels, 3)).toEqual(pictures);
    for (const layer of loaded.layers) expect(loaded.codebook(layer).length % layer.codes).toBe(0);

    await exportRun({ runDirectory: run, step: STEPS, format: 'safetensors', directory: `${run}-safetensors` });
    const { tensors } = readSafetensors(readFileSync(`${run}-safetensors/model.safetensors`));
    expect(Object.keys(tensors).sort()).toEqual(loaded.model.weights.map((one) => one.name).sort());

    await exportRun({ runDirectory: run, step: STEPS, format: 'savedmodel', directory: `${run}-savedmodel` });
    const [encode, decode] = await Promise.all(
      ['encode', 'decode'].map((signature) => node.loadSavedModel(`${run}-savedmodel`, ['serve'], signature)),
    );
    const scaled = Float32Array.from(pixels, (value) => value / 255);
    const found = encode!.predict({ images: tf.tensor(scaled, [3, height, width, 1]) });
    const inOrder = Object.keys(found)
      .sort()
      .map((one) => [...found[one]!.reshape([3, -1]).unstack()]);
    const rows = [0, 1, 2].flatMap((item) => inOrder.flatMap((level) => [...level[item]!.dataSync()]));
    expect(rows).toEqual([...codes]);
    expect(rows).toHaveLength(3 * latentSize(loaded.latent));
    const back = decode!.predict(found).images!;
    back.dataSync().forEach((value, at) => expect(Math.abs(value * 255 - pictures[at]!)).toBeLessThan(0.51));
    for (const one of [encode!, decode!]) one.dispose();
    loaded.dispose();
  });
});

describe('the plans of their presets', () => {
  const signal = (side: number) => ({ kind: 'picture', height: side, width: side, channels: 3 }) as const;
  const plan = (name: string, side: number) =>
    planRun(
      fromPreset(
        presets.find((one) => one.name === name)!,
        'd',
      ),
      signal(side),
    );

  it('count grids as the papers do', () => {
    expect(plan('vq-vae-2-256', 256).latent).toMatchObject({
      levels: [
        { axes: [32, 32], codes: 512, dimension: 64 },
        { axes: [64, 64], codes: 512, dimension: 64 },
      ],
    });
    expect(plan('dvae-tiny', 32).latent).toMatchObject({ levels: [{ axes: [8, 8] }] });
    expect(plan('discrete-vae-tiny', 28)).toMatchObject({ bitsPerItem: 10 * Math.log2(10) });
  });
});
