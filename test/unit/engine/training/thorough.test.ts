import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isTrunkSetUp } from '../../../../main/engine/perceptual';
import { openPack, readItemIndex } from '../../../../main/engine/media/pack';
import { createProgram } from '../../../../main/engine/tensorflow/graph';
import * as ops from '../../../../main/engine/tensorflow/ops';
import { type LoadedRun, createTrainer, evaluateRun, loadRun } from '../../../../main/engine/training';
import { createEvaluator } from '../../../../main/engine/training/evaluate';
import { type Dataset, makeDataset, makeRun, temporaryFolder } from './fixture';

const folder = temporaryFolder();
let dataset: Dataset;
let model: LoadedRun;

beforeAll(async () => {
  dataset = await makeDataset(folder.path('dataset'), { height: 18, width: 24, channels: 3, train: 30, test: 21 });
  const run = makeRun(folder.path('run'), dataset);
  const trainer = await createTrainer({ runDirectory: run, datasetDirectory: dataset.directory });
  await trainer.run();
  await trainer.dispose();
  model = await loadRun(run, 20);
});
afterAll(() => {
  model.dispose();
  folder.remove();
});

/** What every evaluation of a model with codes measures. */
const QUICK = ['nmse', 'perplexity', 'usage', 'dead-codes', 'mse', 'psnr', 'ssim'];

describe('a thorough evaluation', () => {
  it('has everything that another has, with the same numbers, and MS-SSIM', async () => {
    const { evaluation: quick } = await evaluateRun(model, dataset.directory, 'test');
    expect(quick.measures.ssim).toBeGreaterThan(0);
    expect(quick.measures.ssim).toBeLessThan(1);
    expect(Object.keys(quick.measures)).toEqual(QUICK);
    const seen: number[] = [];
    const { evaluation: thorough } = await evaluateRun(model, dataset.directory, 'test', {
      thorough: true,
      onProgress: (done, total) => seen.push(done / total),
    });
    expect(thorough).toMatchObject(quick);
    expect(thorough.measures['ms-ssim']).toBeGreaterThan(0);
    expect(thorough.measures['ms-ssim']).toBeLessThan(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
  });

  it.skipIf(!isTrunkSetUp())('measures what the perceptual trunk sees, again the same the second time', async () => {
    const first = await evaluateRun(model, dataset.directory, 'test', { thorough: true });
    const names = ['perceptual', 'rfid-like', 'kid-like', 'precision', 'recall', 'density', 'coverage'];
    expect(Object.keys(first.evaluation.measures)).toEqual([...QUICK, 'ms-ssim', ...names]);
    expect(first.evaluation.measures.perceptual).toBeGreaterThan(0);
    expect(first.evaluation.measures['rfid-like']).toBeGreaterThan(0);
    for (const share of ['precision', 'recall', 'coverage']) {
      expect(first.evaluation.measures[share]).toBeGreaterThanOrEqual(0);
      expect(first.evaluation.measures[share]).toBeLessThanOrEqual(1);
    }
    const again = await evaluateRun(model, dataset.directory, 'test', { thorough: true });
    expect(again.evaluation).toEqual(first.evaluation);
  });

  it('can be cancelled in its second half', async () => {
    const cancel = new AbortController();
    const evaluation = evaluateRun(model, dataset.directory, 'test', {
      thorough: true,
      signal: cancel.signal,
      onProgress: (done, total) => done > total / 2 && cancel.abort(),
    });
    await expect(evaluation).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('an identity model, whose latent is the picture', () => {
  const evaluateIdentity = async () => {
    const [height, width, channels] = [18, 24, 3] as const;
    const length = height * width * channels;
    const program = createProgram();
    const pack = openPack(dataset.directory);
    try {
      const { splits } = await readItemIndex(dataset.directory, pack.count);
      const evaluate = createEvaluator(
        program,
        {
          signal: { kind: 'picture', height, width, channels },
          latent: { kind: 'vector', length },
          isPosteriorMean: false,
          weights: [],
          encode: (images) => [ops.reshape(images, [-1, length])],
          decode: ([latent]) => ops.reshape(latent!, [-1, height, width, channels]),
          loss: () => {
            throw new Error('It is evaluated alone.');
          },
        },
        dataset.trainVariance,
      );
      return (await evaluate(pack, splits.test, { split: 'test', step: 1 }, { thorough: true })).evaluation;
    } finally {
      pack.close();
      program.dispose();
    }
  };

  it('has an error of 0 and SSIM and MS-SSIM 1', async () => {
    const { score, measures } = await evaluateIdentity();
    expect(score).toMatchObject({ name: 'nmse', value: expect.closeTo(0, 10) });
    expect(measures).toMatchObject({ mse: 0, ssim: expect.closeTo(1, 5), 'ms-ssim': expect.closeTo(1, 5) });
  });

  it.skipIf(!isTrunkSetUp())('has reconstructions that no feature tells from their originals', async () => {
    const { measures } = await evaluateIdentity();
    expect(measures).toMatchObject({ precision: 1, recall: 1, coverage: 1 });
    expect(measures.perceptual).toBeCloseTo(0, 6);
    expect(measures['rfid-like']).toBeCloseTo(0, 3);
  });
});
