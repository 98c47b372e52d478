import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { launchEnvironments } from '@shared/contract';
import {
  importOptionsSchema,
  presets,
  runFolder,
  runManifestSchema,
  runSpecSchema,
  type Signal,
  type RunSpec,
} from '@shared/specs';
import { createPackWriter } from '../../../main/engine/media/pack';
import { buildEngine, startRole } from '../../support/engine';

interface Configuration {
  name: string;
  preset: string;
  side: number;
  batch: number;
  training?: object;
  model?: object;
}

const judged = { adversarial: { start: 0 } };
const sgd = { optimizer: { kind: 'sgd' } };
const of = (preset: string, side: number, batch: number, more: Partial<Configuration> = {}): Configuration => ({
  name: `${preset} ${side} px, batch ${batch}${more.name ? `, ${more.name}` : ''}`,
  preset,
  side,
  batch,
  ...(more.training ? { training: more.training } : {}),
  ...(more.model ? { model: more.model } : {}),
});

const configurations: readonly Configuration[] = [
  of('tiny', 32, 32),
  of('tiny', 32, 256),
  ...[16, 64, 256].map((batch) => of('cifar10', 32, batch)),
  ...[16, 64, 256].map((batch) => of('cifar10', 64, batch)),
  ...[16, 64, 256].map((batch) => of('photo128', 128, batch)),
  of('cifar10', 32, 64, { name: 'SGD', training: sgd }),
  of('photo128', 128, 64, { name: 'SGD', training: sgd }),
  of('cifar10', 32, 64, { name: 'accumulated and averaged', training: { accumulate: 2, averageDecay: 0.99 } }),
  of('cifar10', 32, 16, { name: '512 wide', model: { hidden: 512, residualHidden: 128 } }),
  of('cifar10', 32, 16, { name: '512 wide, SGD', model: { hidden: 512, residualHidden: 128 }, training: sgd }),
  of('cifar10', 32, 64, { name: '16384 codes', model: { quantizer: { kind: 'vector', codes: 16384 } } }),
  // The other models, each small and larger, with the adversary at work from the first step
  of('vae-tiny', 32, 64),
  of('vae', 64, 64),
  of('vq-vae-2-tiny', 32, 64),
  of('vq-vae-2', 64, 32),
  of('dvae-tiny', 32, 64),
  of('dvae-32', 32, 32),
  of('vqgan-tiny', 32, 32, { name: 'judged', model: judged }),
  of('flowers128', 64, 8, { name: 'judged', model: judged }),
  of('vit-tiny', 32, 32, { name: 'judged', model: judged }),
  of('vit-small', 64, 8, { name: 'judged', model: judged }),
];

const ITEMS = 96;
const MEGABYTE = 1e6;

/**
 * Measures all configurations, or those whose names hold one of the words. Returns the exit code: 1 if one is off by
 * more than 20 %.
 */
export async function measureAll(words: readonly string[]): Promise<number> {
  const chosen = configurations.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tessera-memory-'));
  const engine = await buildEngine();
  let worst = 0;
  try {
    console.log('configuration | estimate, MB | measured peak, MB | estimate / measured');
    for (const [index, configuration] of chosen.entries()) {
      const place = path.join(folder, String(index));
      const { estimate, peak } = await measure(engine.entry, place, configuration);
      worst = Math.max(worst, Math.abs(estimate / peak - 1));
      const numbers = [estimate, peak].map((bytes) => Math.round(bytes / MEGABYTE));
      console.log([configuration.name, ...numbers, (estimate / peak).toFixed(2)].join(' | '));
      await rm(place, { recursive: true, force: true });
    }
  } finally {
    await engine.remove();
    await rm(folder, { recursive: true, force: true });
  }
  return worst > 0.2 ? 1 : 0;
}

async function measure(entry: string, place: string, { preset, side, batch, training, model }: Configuration) {
  const { spec: named } = presets.find(({ name }) => name === preset)!;
  const steps = 4;
  const spec = runSpecSchema.parse({
    dataset: 'noise',
    model: changed(named.model, model),
    training: { ...named.training, steps, batch, evaluateEvery: 2, previewEvery: 2, checkpointEvery: 2, ...training },
  });
  const signal: Signal = { kind: 'picture', height: side, width: side, channels: 3 };
  const dataset = path.join(place, 'dataset');
  await writeNoise(dataset, signal);
  const run = path.join(place, 'run');
  await writeRun(run, spec, signal);
  const peak = await trainedPeak(entry, run, dataset);
  return { estimate: await planned(entry, spec, signal), peak };
}

/** Copies a model with other values for some fields, also within parts such as `adversarial`. */
function changed(model: object, changes: object = {}): object {
  const isPart = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && !('kind' in value);
  const own = model as Record<string, unknown>;
  const merged = Object.entries(changes).map(([name, value]) => [
    name,
    isPart(value) && isPart(own[name]) ? { ...own[name], ...value } : (value as unknown),
  ]);
  return { ...model, ...(Object.fromEntries(merged) as object) };
}

async function planned(entry: string, spec: RunSpec, signal: Signal): Promise<number> {
  const { peer, exited } = await startRole(entry, 'studio');
  const { memoryBytes } = await peer.request('studio.plan', { spec, signal });
  await peer.request('engine.stop', {});
  await exited;
  return memoryBytes;
}

/** Peak resident memory of a trainer's process, from its start to its last checkpoint. */
async function trainedPeak(entry: string, runDirectory: string, datasetDirectory: string): Promise<number> {
  const { peer, child, exited, log } = await startRole(entry, 'trainer', launchEnvironments.trainer);
  const over = new Promise<void>((resolve, reject) => {
    peer.on('trainer.status', ({ status, failure }) => {
      if (status === 'finished') resolve();
      if (status === 'failed') reject(new Error(failure?.message));
    });
    void exited.then(({ code, signal }) => reject(new Error(`The trainer ended (${code ?? signal}): ${log()}`)));
  });
  await peer.request('trainer.start', { runDirectory, datasetDirectory });
  await over;
  const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
  await peer.request('engine.stop', {});
  await exited.catch(() => undefined);
  return Number(kilobytes) * 1024;
}

async function writeNoise(directory: string, signal: Signal): Promise<void> {
  const { height, width, channels } = signal;
  await mkdir(path.dirname(directory), { recursive: true });
  const writer = await createPackWriter(directory, signal);
  const facts = { width, height };
  let state = 1;
  for (let item = 0; item < ITEMS; item++) {
    const pixels = Uint8Array.from({ length: height * width * channels }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    });
    await writer.add(pixels, { name: `${item}`, label: null, split: item % 3 ? 'train' : 'test', facts });
  }
  await writer.finish({
    version: 1,
    name: 'noise',
    signal,
    count: ITEMS,
    classes: [],
    splits: { train: (ITEMS * 2) / 3, test: ITEMS / 3 },
    mean: [0.5, 0.5, 0.5],
    variance: [0.08, 0.08, 0.08],
    trainVariance: 0.08,
    facts: { minimum: facts, median: facts, maximum: facts },
    options: importOptionsSchema.parse({}),
    source: 'noise',
    skipped: [],
    skippedCount: 0,
    notes: [],
    licence: null,
    createdAt: new Date().toISOString(),
  });
  await writer.close();
}

async function writeRun(directory: string, spec: RunSpec, signal: Signal): Promise<void> {
  const now = new Date().toISOString();
  const run = runManifestSchema.parse({
    version: 1,
    id: 'memory',
    name: 'memory',
    spec,
    datasetName: 'noise',
    signal,
    trainVariance: 0.08,
    status: 'queued',
    createdAt: now,
    updatedAt: now,
  });
  await mkdir(directory, { recursive: true });
  await writeFile(path.join(directory, runFolder.manifest), JSON.stringify(run));
}
