import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isTrunkSetUp } from '../../../../main/engine/perceptual';
import { type LoadedRun, createTrainer, evaluateRun, loadRun } from '../../../../main/engine/training';
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
const QUICK = ['nmse', 'psnr', 'perplexity', 'usage', 'dead-codes', 'mse', 'ssim'];

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
