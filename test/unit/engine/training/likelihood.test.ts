import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AutoencoderSpec } from '../../../../shared/specs';
import { createAutoencoder } from '../../../../main/engine/autoencoders';
import { openPack } from '../../../../main/engine/media/pack';
import { logMeanExp } from '../../../../main/engine/numerics/log-mean-exp';
import { type LoadedRun, createTrainer, loadRun } from '../../../../main/engine/training';
import { estimateLikelihood } from '../../../../main/engine/training/likelihood';
import { createProgram } from '../../../../main/engine/tensorflow/graph';
import { type Dataset, makeDataset, makeRun, temporaryFolder } from './fixture';

const probabilities = { kind: 'bernoulli', binarise: false };
const folder = temporaryFolder();
let dataset: Dataset;
let run: LoadedRun;

beforeAll(async () => {
  dataset = await makeDataset(folder.path('dataset'), { height: 16, width: 16, channels: 1, train: 32, test: 20 });
  const model = {
    kind: 'vae',
    latent: 2,
    network: { kind: 'dense', layers: 1, width: 16, activation: 'tanh' },
    likelihood: { kind: 'bernoulli', binarise: true },
  };
  const directory = makeRun(folder.path('run'), dataset, { model, training: { steps: 200, learningRate: 3e-3 } });
  const trainer = await createTrainer({ runDirectory: directory, datasetDirectory: dataset.directory });
  await trainer.run();
  await trainer.dispose();
  run = await loadRun(directory, 200);
});
afterAll(() => {
  run.dispose();
  folder.remove();
});

/** With another number of draws: a program of its own, since a program keeps its first. */
async function estimate(
  samples: number,
  { model: change = {}, ...options }: Options = {},
): Promise<Record<string, number>> {
  const { program, model } = withWeights({ likelihoodSamples: samples, ...change });
  const pack = openPack(dataset.directory);
  try {
    const all = { signal: undefined, onProgress: () => undefined, ...options };
    return await estimateLikelihood(program, model, pack, held, all);
  } finally {
    pack.close();
    program.dispose();
  }
}

interface Options {
  model?: object;
  signal?: AbortSignal;
  onProgress?(done: number): void;
}

const held = Uint32Array.from({ length: 20 }, (_, at) => 32 + at);

function withWeights(change: object) {
  const { spec, signal, trainVariance } = run.manifest;
  const program = createProgram();
  const model = createAutoencoder(program, { ...spec.model, ...change } as AutoencoderSpec, {
    signal,
    dataVariance: trainVariance,
    seed: 3,
  });
  program.load(run.program.read(model.weights.map(({ name }) => name)));
  return { program, model };
}

/**
 * Mean of −log ∫ N(z; 0, I) Πᵢ pᵢ(z)^xᵢ (1 − pᵢ(z))^(1 − xᵢ) dz over the held-out pictures, brightness x taken as a
 * probability.
 */
function onGrid(axis: readonly number[]): number {
  const { program, model } = withWeights({ likelihood: probabilities });
  const points = axis.flatMap((first) => axis.map((second) => [first, second]));
  const feeds = { z: { shape: [points.length, 2], dtype: 'float32' } } as const;
  const decode = program.define('grid', { feeds }, ({ z }) => ({ images: model.decode([z]) }));
  const means = decode.run({ z: Float32Array.from(points.flat()) }).images.data;
  program.dispose();
  const [white, black] = [
    Float64Array.from(means, (mean) => Math.log(0.5 + mean)),
    Float64Array.from(means, (mean) => Math.log(0.5 - mean)),
  ];
  const step = axis[1]! - axis[0]!;
  const pack = openPack(dataset.directory);
  const nats = Array.from(held, (item) => {
    const shares = Float64Array.from(pack.readItems(Uint32Array.of(item)), (pixel) => pixel / 255);
    const joint = points.map(([first = 0, second = 0], point) => {
      let log = -(first ** 2 + second ** 2) / 2 - Math.log(2 * Math.PI);
      for (let at = 0; at < 256; at++)
        log += shares[at]! * white[point * 256 + at]! + (1 - shares[at]!) * black[point * 256 + at]!;
      return log;
    });
    return -(logMeanExp(joint) + Math.log(points.length * step ** 2));
  });
  pack.close();
  return nats.reduce((sum, one) => sum + one, 0) / nats.length;
}

describe('the likelihood by importance sampling', () => {
  it('names its number of draws, comes out the same again, and tells bits as well', async () => {
    const seen: number[] = [];
    const found = await estimate(50, { onProgress: (done) => seen.push(done) });
    expect(Object.keys(found)).toEqual(['nll-iwae-50', 'bits-per-dimension-iwae-50']);
    expect(found['bits-per-dimension-iwae-50']).toBeCloseTo(found['nll-iwae-50']! / (Math.LN2 * 256), 5);
    expect(seen).toEqual([16, 20]);
    expect(await estimate(50)).toEqual(found);
  });

  it('falls, on average, as draws are added', async () => {
    const found = [];
    for (const samples of [1, 4, 50]) found.push((await estimate(samples))[`nll-iwae-${samples}`]!);
    const [one = NaN, four = NaN, fifty = NaN] = found;
    expect(one - four).toBeGreaterThan(0.2);
    expect(four - fifty).toBeGreaterThan(0.1);
  });

  it('is what summing over a grid of latents says, with draws in several calls', async () => {
    // 2000 draws of 16 pictures of 256 values take four calls.
    const found = (await estimate(2000, { model: { likelihood: probabilities } }))['nll-iwae-2000']!;
    const exact = onGrid(Array.from({ length: 121 }, (_, at) => (at - 60) / 12));
    expect(Math.abs(found - exact)).toBeLessThan(0.02);
  });

  it('ends between two calls when it is cancelled', async () => {
    await expect(estimate(10, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
