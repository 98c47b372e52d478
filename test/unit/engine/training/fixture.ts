import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  type MetricLine,
  type RunManifest,
  importOptionsSchema,
  runFolder,
  runManifestSchema,
  runSpecSchema,
} from '../../../../shared/specs';
import { createPackWriter } from '../../../../main/engine/media/pack';
import { readSafetensors } from '../../../../main/engine/formats/safetensors';
import { readRun } from '../../../../main/run-files';

/** Numbers that repeat, 0 to 1. */
export function draws(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

/** A dataset of small pictures, each a slope of two colours: something a model can learn. */
export async function makeDataset(
  directory: string,
  options: {
    height?: number;
    width?: number;
    channels?: 1 | 3;
    train?: number;
    test?: number;
    /** The bytes of an item by their place, instead of a slope. */
    picture?: (item: number) => (at: number) => number;
  } = {},
) {
  const { height = 16, width = 16, channels = 1, train = 40, test = 11 } = options;
  const draw = draws(5);
  const facts = { width, height };
  const writer = await createPackWriter(directory, { kind: 'picture', height, width, channels });
  const seen: number[] = [];
  for (let item = 0; item < train + test; item++) {
    const [from, to, tilt] = [draw(), draw(), draw()];
    const given = options.picture?.(item);
    const pixels = Uint8Array.from({ length: height * width * channels }, (_, at) => {
      if (given) return given(at);
      const [row, column] = [Math.floor(at / channels / width) / height, (Math.floor(at / channels) % width) / width];
      return Math.round(255 * (from + (to - from) * (tilt * row + (1 - tilt) * column)));
    });
    if (item < train) seen.push(...pixels);
    await writer.add(pixels, {
      name: `${item}.png`,
      label: item % 2,
      split: item < train ? 'train' : 'test',
      facts,
    });
  }
  const mean = seen.reduce((sum, value) => sum + value / 255, 0) / seen.length;
  const variance = seen.reduce((sum, value) => sum + (value / 255 - mean) ** 2, 0) / seen.length;
  const trainVariance = Math.max(variance, 1 / (12 * 255 ** 2));
  await writer.finish({
    version: 1,
    name: 'slopes',
    signal: { kind: 'picture', height, width, channels },
    count: train + test,
    classes: ['even', 'odd'],
    splits: { train, test },
    mean: Array<number>(channels).fill(mean),
    variance: Array<number>(channels).fill(trainVariance),
    trainVariance,
    facts: { minimum: facts, median: facts, maximum: facts },
    options: importOptionsSchema.parse({}),
    source: 'slopes',
    skipped: [],
    skippedCount: 0,
    notes: [],
    licence: null,
    createdAt: '2026-01-01T00:00:00.000Z',
  });
  await writer.close();
  return { directory, trainVariance, signal: { kind: 'picture', height, width, channels } as const };
}

export type Dataset = Awaited<ReturnType<typeof makeDataset>>;

export interface RunOptions {
  training?: object;
  augmentation?: object;
  quantizer?: object;
  model?: object;
  manifest?: Partial<RunManifest>;
  /** Of a prior: whose codes it learns; `model` is then the whole of it. */
  autoencoder?: RunManifest['spec']['autoencoder'];
}

const tinyModel = { kind: 'vq-vae', hidden: 8, residualLayers: 1, residualHidden: 4 };
const tinyQuantizer = { kind: 'vector', codes: 16, dimension: 4, reviveAfter: 5 };

/** The folder of a run that hasn't begun. */
export function makeRun(
  directory: string,
  dataset: Dataset,
  { training = {}, augmentation = {}, quantizer = {}, model = {}, manifest = {}, autoencoder = null }: RunOptions = {},
): string {
  mkdirSync(directory, { recursive: true });
  const spec = runSpecSchema.parse({
    dataset: 'slopes',
    autoencoder,
    augmentation,
    model: autoencoder ? model : { ...tinyModel, quantizer: { ...tinyQuantizer, ...quantizer }, ...model },
    training: {
      steps: 20,
      batch: 8,
      learningRate: 3e-3,
      evaluateEvery: 10,
      previewEvery: 10,
      checkpointEvery: 10,
      seed: 3,
      ...training,
    },
  });
  const now = '2026-01-01T00:00:00.000Z';
  const whole = runManifestSchema.parse({
    version: 1,
    id: 'run',
    name: 'Run',
    spec,
    datasetName: 'slopes',
    signal: dataset.signal,
    trainVariance: dataset.trainVariance,
    status: 'queued',
    createdAt: now,
    updatedAt: now,
    ...manifest,
  });
  writeFileSync(path.join(directory, runFolder.manifest), JSON.stringify(whole));
  return directory;
}

/** A folder that is gone when the tests are. */
export function temporaryFolder(): { path: (...names: string[]) => string; remove: () => void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-training-'));
  return {
    path: (...names) => path.join(folder, ...names),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function manifestOf(run: string): RunManifest {
  return readRun(run);
}

export function metricsOf(run: string): MetricLine[] {
  const text = readFileSync(path.join(run, runFolder.metrics), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as MetricLine);
}

/** Metrics without what depends on the machine. */
export function learntOf(run: string): object[] {
  return metricsOf(run).map(({ step, values }) => {
    const learnt = Object.entries(values).filter(([name]) => !/^(memory$|items-per-second$|time\/)/.test(name));
    return { step, ...Object.fromEntries(learnt) };
  });
}

/** Every tensor of a checkpoint, weights and all other state. */
export function tensorsOf(run: string, step: number) {
  const read = (name: string) =>
    readSafetensors(readFileSync(path.join(run, runFolder.checkpoint(step), name))).tensors;
  return { ...read(runFolder.weights), ...read(runFolder.optimizer) };
}

export function stepsOf(run: string): number[] {
  return readdirSync(path.join(run, runFolder.checkpoints))
    .map(Number)
    .sort((a, b) => a - b);
}
