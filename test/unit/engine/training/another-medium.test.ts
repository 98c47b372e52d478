import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportRun } from '../../../../main/engine/export';
import { importDataset } from '../../../../main/engine/media';
import { encodePng } from '../../../../main/engine/media/kinds/picture/encode';
import { openPack, readItemLines } from '../../../../main/engine/media/pack';
import { type Studio, createStudio } from '../../../../main/engine/studio';
import { evaluateRun, loadRun, planPrior, planRun } from '../../../../main/engine/training';
import { createItemReader } from '../../../../main/workbench/datasets/pictures';
import { readPreview, readPreviews } from '../../../../main/workbench/runs/pictures';
import { readDatasetFolder } from '../../../../main/workbench/stores/dataset-folder';
import { describeSignal, importOptionsSchema, runFolder, runSpecSchema } from '../../../../shared/specs';
import { inOrder } from '../../../../shared/metrics';
import { drawingSchema } from '../../../../shared/contract';
import { tinyPriors } from '../../../support/tiny-models';
import { LENGTH, registerSeries } from '../../../support/series';
import { type Dataset, draws, learntOf, makeRun, temporaryFolder, tensorsOf } from './fixture';
import { train } from './train';
import { type Ground, makePriorRun } from '../priors/prior-run';

const STEPS = 60;
const CRASH = 25;
const COUNT = 60;
const context = () => ({ signal: new AbortController().signal, progress: () => undefined });

const folder = temporaryFolder();
const sources = folder.path('sources');
const directory = folder.path('dataset');
const run = folder.path('run');
const crashed = folder.path('crashed');
let dataset: Dataset;
let studio: Studio;

/** The trained run as a prior learns from it. */
async function ground(): Promise<Ground> {
  const { latent, info, dispose } = await loadRun(run, STEPS);
  dispose();
  return { folder, dataset, autoencoder: run, codes: { ...info, run: 'run', name: 'Run', latent } };
}

/** Waves of some length, in one of two folders, as lines of text. */
async function writeSeries(): Promise<void> {
  const draw = draws(3);
  for (let item = 0; item < COUNT; item++) {
    const [rate, phase] = [0.2 + 0.6 * draw(), 6 * draw()];
    const wave = Array.from({ length: LENGTH + (item % 3) }, (_, at) => Math.sin(rate * at + phase) * 0.9);
    const within = path.join(sources, item % 2 ? 'odd' : 'even');
    mkdirSync(within, { recursive: true });
    writeFileSync(path.join(within, `${String(item).padStart(2, '0')}.nums`), wave.join('\n'));
  }
  writeFileSync(path.join(sources, 'even', 'broken.nums'), 'one\ntwo\n');
  writeFileSync(
    path.join(sources, 'even', 'cover.png'),
    await encodePng(new Uint8Array(64), { height: 8, width: 8, channels: 1 }),
  );
}

beforeAll(async () => {
  registerSeries();
  await writeSeries();
  await importDataset({
    sources: [sources],
    staging: directory,
    options: importOptionsSchema.parse({ testFraction: 0.2 }),
  });
  const { manifest } = readDatasetFolder(directory);
  dataset = { directory, trainVariance: manifest.trainVariance, signal: manifest.signal };
  const training = { steps: STEPS, evaluateEvery: 20, previewEvery: 20, checkpointEvery: 10, learningRate: 1e-2 };
  makeRun(run, dataset, { training });
  await train(run, dataset, {
    onMetrics: ({ step }) => {
      if (step === CRASH && !existsSync(crashed)) cpSync(run, crashed, { recursive: true });
    },
  });
  studio = createStudio();
});
afterAll(() => {
  studio?.dispose();
  folder.remove();
});

describe('a medium of one axis that a test registers', () => {
  it('is imported as what most files are, with classes, facts and statistics of its own', async () => {
    const { manifest } = readDatasetFolder(directory);
    expect(manifest).toMatchObject({
      signal: { kind: 'series', length: LENGTH, channels: 1 },
      count: COUNT,
      classes: ['even', 'odd'],
      facts: { minimum: { lines: LENGTH }, median: { lines: LENGTH + 1 }, maximum: { lines: LENGTH + 2 } },
      thumbnails: null,
    });
    expect(describeSignal(manifest.signal).en).toBe('30 numbers');
    expect(manifest.skipped).toEqual([
      { file: 'even/cover.png', reason: 'it is no series' },
      { file: 'even/broken.nums', reason: `it has no ${LENGTH} numbers` },
    ]);
    expect(statSync(path.join(directory, `pack-${LENGTH}x1.f32`)).size).toBe(COUNT * LENGTH * 4);
    const lines = [];
    for await (const line of readItemLines(directory)) lines.push(line);
    expect(lines[1]).toMatchObject({ name: 'even/02.nums', label: 0, facts: { lines: LENGTH + 2 } });

    const pack = openPack(directory);
    const all = Array.from(pack.readItems(lines.map((_, at) => at)), (value) => (value + 1) / 2);
    pack.close();
    const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
    expect(manifest.mean[0]).toBeCloseTo(mean, 6);
    expect(manifest.variance[0]).toBeCloseTo(all.reduce((sum, v) => sum + (v - mean) ** 2, 0) / all.length, 6);
  });

  it('is shown by the workbench as it is stored', async () => {
    const { manifest } = readDatasetFolder(directory);
    const reader = createItemReader();
    const items = await reader.read(directory, manifest, [3, 4, 0], 'thumbnails');
    await reader.close();
    const pack = openPack(directory);
    expect(items).toEqual({ signal: manifest.signal, dtype: 'f32', count: 3, data: pack.readItems([3, 4, 0]) });
    pack.close();
  });

  it('is learnt by a VQ-VAE whose convolutions have one axis, and evaluated by its own measures', async () => {
    const model = await loadRun(run, STEPS);
    expect(model.latent).toMatchObject({ kind: 'codes', levels: [{ axes: [Math.ceil(LENGTH / 4)], codes: 16 }] });
    expect(model.model.weights.find(({ name }) => name === 'encoder/down1/kernel')?.shape).toEqual([4, 1, 4]);
    const { evaluation } = await evaluateRun(model, directory, 'test', { thorough: true });
    model.dispose();
    expect(evaluation.score).toMatchObject({ name: 'nmse' });
    expect(evaluation.score.value).toBeLessThan(0.5);
    const { nmse, mse, 'largest-error': largest, 'mean-error': mean } = evaluation.measures;
    expect(nmse! * dataset.trainVariance).toBeCloseTo(mse!, 8);
    expect(largest).toBeGreaterThan(mean!);
    expect(inOrder(Object.keys(evaluation.measures))).toEqual(
      expect.arrayContaining(['nmse', 'perplexity', 'mse', 'largest-error', 'mean-error']),
    );
    expect(evaluation.measures).not.toHaveProperty('psnr');
  });

  it('has previews of its own type, which the workbench reads', async () => {
    const { steps, originals } = await readPreviews(run);
    expect(steps).toEqual([0, 20, 40, 60]);
    expect(originals).toMatchObject({ dtype: 'f32', count: 12, signal: dataset.signal });
    const { data } = await readPreview(run, STEPS);
    const error = (values: ArrayLike<number>) =>
      Array.from(values).reduce((sum, value, at) => sum + (value - originals!.data[at]!) ** 2, 0);
    expect(error(data)).toBeLessThan(error(new Float32Array(data.length)) / 2);
    expect(readdirSync(path.join(run, runFolder.previews))).toContain('60.f32');
  });

  it('goes on after a crash to the very numbers of the run that nothing interrupted', async () => {
    rmSync(path.join(crashed, runFolder.lock));
    await train(crashed, dataset);
    expect(tensorsOf(crashed, STEPS)).toEqual(tensorsOf(run, STEPS));
    expect(learntOf(crashed)).toEqual(learntOf(run));
    const last = runFolder.preview(STEPS, dataset.signal);
    expect(readFileSync(path.join(crashed, last))).toEqual(readFileSync(path.join(run, last)));
  });

  it('is encoded from files and decoded into files of its own', async () => {
    const at = { runDirectory: run, step: STEPS };
    const bytes = readFileSync(path.join(sources, 'odd', '01.nums'));
    const picture = { kind: 'file', name: '01.nums', bytes } as const;
    const { latent, original, reconstruction } = await studio.handlers['studio.encode']({ ...at, picture }, context());
    expect(Array.from(original.data.slice(0, 3))).toEqual(
      Array.from(Float32Array.from(String(bytes).split('\n').slice(0, 3), Number)),
    );
    const decoded = await studio.handlers['studio.decode']({ ...at, latent, canvas: null }, context());
    expect(decoded.picture).toEqual(reconstruction);

    const out = folder.path('latents.npz');
    await studio.handlers['studio.encodeFiles']({ ...at, sources: [path.join(sources, 'odd')], out }, context());
    const target = folder.path('decoded');
    const { files } = await studio.handlers['studio.decodeFile']({ ...at, source: out, directory: target }, context());
    expect(files).toHaveLength(COUNT / 2);
    const numbers = readFileSync(path.join(target, '01.nums'), 'utf8').trim().split('\n').map(Number);
    // decoded among others, sums have another order
    numbers.forEach((value, at) => expect(value).toBeCloseTo(reconstruction.data[at]!, 5));
  });

  it.each([
    ['gpt', { order: 'raster' }],
    ['maskgit', {}],
    ['lstm', { order: 'raster' }],
  ])('has its codes learnt and drawn by %s, in files of its own', async (kind, along) => {
    const prior = makePriorRun(
      await ground(),
      kind,
      { kind, ...tinyPriors[kind], ...along },
      { steps: 8, checkpointEvery: 8 },
    );
    expect(await train(prior, dataset)).toMatchObject({ status: 'finished', failure: null });
    const what = { runDirectory: prior, step: 8, directory: folder.path(`${kind}-samples`) };
    const { files } = await studio.handlers['studio.samplePriorFiles'](
      { ...what, ...drawingSchema.parse({ count: 3, seed: 2 }) },
      context(),
    );
    expect(files.map((file) => path.basename(file))).toEqual(['sample-001.nums', 'sample-002.nums', 'sample-003.nums']);
    expect(readFileSync(files[0]!, 'utf8').trim().split('\n').map(Number).every(Number.isFinite)).toBe(true);
  });

  it.each([
    ['pixelcnn', { kind: 'pixelcnn' }, 'model.kind'],
    ['a spiral', { kind: 'gpt', ...tinyPriors.gpt, order: 'spiral' }, 'model.order'],
  ])('says that %s needs rows and columns, and names the field', async (name, model, field) => {
    const { codes } = await ground();
    const spec = runSpecSchema.parse({ dataset: 'waves', model, autoencoder: { run: 'run', step: STEPS } });
    const planned = { signal: dataset.signal, latent: codes.latent, classes: 2 };
    expect(() => planPrior(spec, planned), name).toThrow(expect.objectContaining({ code: 'BAD_REQUEST', field }));
  });

  it.each(['savedmodel', 'safetensors'] as const)('is exported as %s, with what it says of itself', async (format) => {
    const out = folder.path(format);
    const { files } = await exportRun({ runDirectory: run, step: STEPS, format, directory: out });
    expect(files.map(({ name }) => name)).not.toContain('preprocess.py');
    const description = JSON.parse(readFileSync(path.join(out, 'description.json'), 'utf8')) as object;
    expect(description).toMatchObject({ image: dataset.signal, latents: [{ name: 'indices', sides: [8] }] });
    const readme = readFileSync(path.join(out, 'README.md'), 'utf8');
    expect(readme).toContain('30 numbers');
    expect(readme).not.toMatch(/undefined|NaN|picture\.png|row/);
  });

  it('is refused by a model that takes pictures alone, and by a file of compressed pictures', async () => {
    const spec = runSpecSchema.parse({ dataset: 'waves', model: { kind: 'vqgan' }, training: {} });
    expect(() => planRun(spec, dataset.signal)).toThrow(
      expect.objectContaining({
        code: 'BAD_REQUEST',
        field: 'model.kind',
        message: expect.stringContaining('30 numbers'),
      }),
    );
    const what = { runDirectory: run, step: STEPS, sources: [sources], coder: 'packed' as const, label: null };
    await expect(
      studio.handlers['studio.compressFiles']({ ...what, out: folder.path('waves.tsr') }, context()),
    ).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    expect(existsSync(folder.path('waves.tsr'))).toBe(false);
  });
});
