import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFolder } from '../../../../shared/specs';
import { createTrainer, evaluateRun, loadRun } from '../../../../main/engine/training';
import { type Dataset, learntOf, makeDataset, makeRun, metricsOf, temporaryFolder, tensorsOf } from './fixture';

const folder = temporaryFolder();
let dataset: Dataset;
beforeAll(async () => {
  dataset = await makeDataset(folder.path('dataset'));
});
afterAll(folder.remove);

async function train(name: string, training: object, quantizer: object = {}, augmentation: object = {}) {
  const run = makeRun(folder.path(name), dataset, { training, quantizer, augmentation });
  await trainOn(run);
  return run;
}

async function trainOn(run: string) {
  const trainer = await createTrainer({ runDirectory: run, datasetDirectory: dataset.directory });
  expect(await trainer.run()).toMatchObject({ status: 'finished' });
  await trainer.dispose();
}

const seriesOf = (run: string, name: string) =>
  metricsOf(run).flatMap(({ values }) => (name in values ? [values[name]!] : []));

describe('a run whose gradients are accumulated', () => {
  it('learns as one with a batch so many times as large, within rounding', async () => {
    const quantizer = { update: 'gradient', reviveAfter: 0 };
    const small = await train('small', { batch: 4, accumulate: 3 }, quantizer, { flip: true });
    const large = await train('large', { batch: 12 }, quantizer, { flip: true });
    for (const name of ['loss', 'loss/commitment', 'loss/codebook', 'nmse', 'test/nmse']) {
      const [found, expected] = [seriesOf(small, name), seriesOf(large, name)];
      expect(found.length).toBe(expected.length);
      found.forEach((value, index) => expect(value / expected[index]! - 1, `${name} ${index}`).toBeCloseTo(0, 3));
    }
  });
});

describe('a run whose weights are averaged', () => {
  const training = { averageDecay: 0.9 };

  it('trains as one without, and evaluates, shows and saves the averages', async () => {
    const [plain, averaged] = [await train('plain', {}), await train('averaged', training)];
    expect(seriesOf(averaged, 'loss')).toEqual(seriesOf(plain, 'loss'));
    expect(seriesOf(averaged, 'test/nmse')).not.toEqual(seriesOf(plain, 'test/nmse'));
    const [own, of] = [tensorsOf(averaged, 20), tensorsOf(plain, 20)];
    expect(own['trained/decoder/conv/kernel']).toEqual(of['decoder/conv/kernel']);
    expect(own['decoder/conv/kernel']).not.toEqual(of['decoder/conv/kernel']);
    expect(own['quantizer/codebook']).toEqual(of['quantizer/codebook']);

    const model = await loadRun(averaged, 20);
    const { evaluation } = await evaluateRun(model, dataset.directory, 'test');
    model.dispose();
    expect(evaluation.measures.nmse).toBeCloseTo(seriesOf(averaged, 'test/nmse').at(-1)!, 6);
  });
});

describe('a run of Tessera 0.1', () => {
  it('trains to the same numbers as before it was written anew', async () => {
    const learningRate = { kind: 'cosine', from: 3e-3, to: 3e-4, warmup: 3 };
    const now = await train('now', { learningRate, optimizer: { kind: 'adam', beta1: 0.8, epsilon: 1e-6 } });
    const run = makeRun(folder.path('old'), dataset);
    const file = path.join(run, runFolder.manifest);
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as { spec: { training: Record<string, unknown> } };
    const { optimizer: _new, ...kept } = manifest.spec.training;
    const old = { learningRate: 3e-3, schedule: 'cosine', warmup: 3, finalFraction: 0.1, beta1: 0.8, epsilon: 1e-6 };
    manifest.spec.training = { ...kept, ...old, beta2: 0.999 };
    writeFileSync(file, JSON.stringify(manifest));
    await trainOn(run);
    expect(learntOf(run)).toEqual(learntOf(now));
    expect(tensorsOf(run, 20)).toEqual(tensorsOf(now, 20));
  });
});

describe('a run that is profiled', () => {
  it('leaves a trace in Chrome’s format, every step’s parts within its compute', async () => {
    const run = await train('profiled', { profile: true, clipNorm: 1 });
    const { traceEvents } = JSON.parse(readFileSync(path.join(run, runFolder.trace), 'utf8')) as {
      traceEvents: { name: string; ph: string; ts: number; dur: number }[];
    };
    const named = (name: string) => traceEvents.filter((event) => event.name === name);
    for (const name of ['wait for data', 'compute', 'metrics', 'graph train-step', 'feed train-step'])
      expect(named(name).length, name).toBe(20);
    for (const name of ['evaluation', 'preview', 'checkpoint']) expect(named(name).length, name).toBeGreaterThan(1);
    expect(traceEvents.every(({ ph, dur, ts }) => ph === 'X' && dur >= 0 && ts > 0)).toBe(true);
    named('graph train-step').forEach((graph, index) => {
      const compute = named('compute')[index]!;
      expect(graph.ts).toBeGreaterThanOrEqual(compute.ts);
      expect(graph.ts + graph.dur).toBeLessThanOrEqual(compute.ts + compute.dur + 1);
    });
    expect(seriesOf(run, 'gradient-norm').length).toBe(20);
  });
});
