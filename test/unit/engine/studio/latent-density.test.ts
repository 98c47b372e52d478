import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runFolder } from '../../../../shared/specs';
import { covarianceFor, fitGaussianMixture, logDensities, regularisationFor } from '../../../../main/engine/density';
import { openPack, readItemIndex } from '../../../../main/engine/media';
import { readNpz } from '../../../../main/engine/formats/npz';
import {
  type FitRequest,
  densityOf,
  fittedDensity,
  keptDensity,
  measureDensity,
  summaryOf,
} from '../../../../main/engine/studio/latent-density';
import type { LoadedVectorRun } from '../../../../main/engine/training';
import { type Dataset, makeDataset, temporaryFolder } from '../training/fixture';
import { trainedRun, vectorRun } from './vector-run';

const folder = temporaryFolder();
let dataset: Dataset;
let trained: Awaited<ReturnType<typeof trainedRun>>;
let loaded: LoadedVectorRun[] = [];
beforeAll(async () => {
  dataset = await makeDataset(folder.path('dataset'), { train: 130, test: 30 });
  trained = await trainedRun(folder.path('run'), dataset, 'ae');
});
beforeEach(() => {
  for (const run of loaded) run.dispose();
  loaded = [];
});
afterAll(() => folder.remove());

/** A checkpoint as a process loads it that has never fitted anything. */
async function fresh(): Promise<LoadedVectorRun> {
  const run = vectorRun(await trained.load());
  loaded.push(run);
  return run;
}

const fileOf = (components: number): string =>
  path.join(trained.runDirectory, runFolder.densityAt(trained.step, components));
const request = (model: LoadedVectorRun, change: Partial<FitRequest> = {}): FitRequest => ({
  model,
  runDirectory: trained.runDirectory,
  datasetDirectory: dataset.directory,
  components: 2,
  signal: new AbortController().signal,
  onProgress: () => undefined,
  ...change,
});

async function vectorsOf(model: LoadedVectorRun, split: 'train' | 'test'): Promise<Float32Array> {
  const pack = openPack(dataset.directory);
  const items = (await readItemIndex(dataset.directory, pack.count)).splits[split];
  const pixels = pack.readItems(items);
  pack.close();
  return model.encode(pixels, items.length);
}

describe('the density of a run’s latents', () => {
  it('is a mixture fitted to the training items, and tells how likely it finds the held-out ones', async () => {
    const model = await fresh();
    const phases: [string, number, number][] = [];
    const found = await fittedDensity(request(model, { onProgress: (...at) => phases.push(at) }));
    const training = await vectorsOf(model, 'train');
    const { mixture } = await fitGaussianMixture(training, {
      components: 2,
      dimension: 4,
      covariance: covarianceFor(130, 2, 4),
      regularisation: regularisationFor(training, 4),
      seed: 1,
    });
    expect(found.mixture).toEqual(mixture);
    const heldOut = logDensities(mixture, await vectorsOf(model, 'test')).sort();
    expect([...found.logDensities]).toEqual([...heldOut]);
    expect(summaryOf(found, 4)).toMatchObject({
      step: 4,
      components: 2,
      covariance: 'full',
      items: 130,
      reference: { split: 'test', items: 30 },
    });
    expect(summaryOf(found, 4).reference.logDensity).toBeCloseTo(heldOut.reduce((sum, one) => sum + one) / 30, 10);
    expect(phases).toContainEqual(['encoding', 160, 160]);
    expect(phases.filter(([phase]) => phase === 'fitting')).toHaveLength(found.iterations);
  });

  it('is kept in the run’s folder, and found there by another process', async () => {
    const made = await fittedDensity(request(await fresh(), { components: 3 }));
    const again = await fresh();
    expect(keptDensity(request(again, { components: 3 }))).toEqual(made);
    expect(keptDensity(request(again, { components: 4 }))).toBeNull();
    const { arrays, texts } = readNpz(readFileSync(fileOf(3)));
    expect(arrays.covariances?.shape).toEqual([3, 4, 4]);
    expect(JSON.parse(texts.meta!)).toMatchObject({ format: 'tessera-density', weightsHash: again.info.weightsHash });
  });

  it('is fitted anew for other weights, another dataset, and a file that is damaged', async () => {
    await fittedDensity(request(await fresh()));
    const other = await fresh();
    const model: LoadedVectorRun = { ...other, info: { ...other.info, weightsHash: 'another' } };
    expect(keptDensity(request(model))).toBeNull();
    const before = readFileSync(fileOf(2));
    await fittedDensity(request(model));
    expect(readFileSync(fileOf(2)).equals(before)).toBe(false);
    expect(keptDensity(request(await fresh()))).toBeNull();

    writeFileSync(fileOf(2), before.subarray(0, 200));
    expect(keptDensity(request(await fresh()))).toBeNull();
    expect((await fittedDensity(request(await fresh()))).items).toBe(130);

    const later = folder.path('later');
    mkdirSync(later);
    for (const name of ['items.jsonl', 'pack-16x16x1.u8'])
      writeFileSync(path.join(later, name), readFileSync(path.join(dataset.directory, name)));
    const manifest = readFileSync(path.join(dataset.directory, 'dataset.json'), 'utf8');
    writeFileSync(path.join(later, 'dataset.json'), manifest.replace('2026-01-01', '2026-02-02'));
    expect(keptDensity(request(await fresh(), { datasetDirectory: later }))).toBeNull();
  });

  it('goes with the checkpoint it belongs to', async () => {
    const stale = path.join(trained.runDirectory, runFolder.densityAt(1, 2));
    mkdirSync(path.dirname(stale), { recursive: true });
    writeFileSync(stale, '');
    await fittedDensity(request(await fresh(), { components: 5 }));
    expect(existsSync(stale)).toBe(false);
    expect(existsSync(fileOf(5))).toBe(true);
  });

  it('needs as many training items as components, and is given up when nobody wants it any more', async () => {
    const few = await makeDataset(folder.path('few'), { train: 3, test: 0 });
    const model = await fresh();
    await expect(
      fittedDensity(request(model, { datasetDirectory: few.directory, components: 4 })),
    ).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      field: 'components',
    });
    const cancel = new AbortController();
    const onProgress = (phase: string): void => void (phase === 'fitting' && cancel.abort());
    const job = request(model, { components: 6, signal: cancel.signal, onProgress });
    await expect(fittedDensity(job)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(fileOf(6))).toBe(false);
  });

  it('compares with training items where none are held out', async () => {
    const whole = await makeDataset(folder.path('whole'), { train: 20, test: 0 });
    const found = await fittedDensity(request(await fresh(), { datasetDirectory: whole.directory, components: 1 }));
    expect(found).toMatchObject({ reference: 'train', items: 20 });
    expect(found.logDensities).toHaveLength(20);
  });
});

describe('how typical a vector is', () => {
  it('is the share of held-out items that are at most as likely', async () => {
    const model = await fresh();
    const found = await fittedDensity(request(model));
    const vectors = await vectorsOf(model, 'test');
    const shares = Array.from({ length: 30 }, (_, i) => densityOf(found, vectors.subarray(4 * i, 4 * i + 4)).share);
    expect([...shares].sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => (i + 1) / 30));
    const far = densityOf(found, Float32Array.of(1e3, 1e3, 1e3, 1e3));
    expect(far).toMatchObject({ share: 0, reference: 'test' });
    expect(far.logDensity).toBeLessThan(found.logDensities[0]!);
  });
});

describe('what a thorough evaluation says of latents', () => {
  it('is the mean log density of the split under a mixture of ten', async () => {
    const model = await fresh();
    const { components: _, ...of } = request(model);
    const found = await fittedDensity(request(model, { components: 10 }));
    const held = found.logDensities.reduce((sum, one) => sum + one) / 30;
    expect(await measureDensity({ ...of, split: 'test' })).toEqual({ 'latent-density-10': expect.closeTo(held, 10) });
    expect(await measureDensity({ ...of, split: 'train' })).toEqual({ 'latent-density-10': found.logLikelihood });
  });

  it('is left out where training items are few', async () => {
    const few = await makeDataset(folder.path('fewer'), { train: 40 });
    const { components: _, ...of } = request(await fresh(), { datasetDirectory: few.directory });
    expect(await measureDensity({ ...of, split: 'test' })).toEqual({});
  });
});
