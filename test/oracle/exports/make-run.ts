import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  type Signal,
  type LatentShape,
  type RunManifest,
  autoencoderSchema,
  codePriorSchema,
  runFolder,
  runManifestSchema,
  runSpecSchema,
} from '../../../shared/specs';
import { createAutoencoder } from '../../../main/engine/autoencoders';
import { createCodePrior } from '../../../main/engine/priors';
import { type Variable, createProgram } from '../../../main/engine/tensorflow/graph';
import { readState, writeCheckpoint } from '../../../main/engine/training/run-files';
import type { ExportCase, PriorCase } from './cases';

export const STEP = 5;
export const COUNT = 2;
const VARIANCE = 0.1;

/**
 * A run with one checkpoint of weights that none can be left out of unnoticed: biases, norms and tables are drawn too. They
 * repeat on any machine. Returns the shape of its latent.
 */
export function makeRun(runDirectory: string, { name, model, signal }: ExportCase): LatentShape {
  const spec = runSpecSchema.parse({ dataset: 'd', model });
  const program = createProgram({ seed: STEP });
  const made = createAutoencoder(program, autoencoderSchema.parse(spec.model), {
    signal,
    dataVariance: VARIANCE,
    seed: STEP,
  });
  rmSync(runDirectory, { recursive: true, force: true });
  writeRun(runDirectory, { name, spec, signal }, made.weights);
  program.dispose();
  return made.latent;
}

export const CLASSES = ['even', 'odd'];

/** The same of a prior, over the codes of an autoencoder that lies in its folder. */
export function makePriorRun(runDirectory: string, { name, model, autoencoder, signal }: PriorCase): void {
  const inside = path.join(runDirectory, runFolder.autoencoder);
  rmSync(runDirectory, { recursive: true, force: true });
  const latent = makeRun(inside, { name: 'autoencoder', model: autoencoder, signal });
  if (latent.kind !== 'codes') throw new Error('These priors are over codes.');
  const { weightsHash } = readState(inside, STEP);
  const spec = runSpecSchema.parse({ dataset: 'd', model, autoencoder: { run: 'r', step: STEP } });
  const program = createProgram({ seed: STEP });
  const { weights } = createCodePrior(program, codePriorSchema.parse(spec.model), {
    latent,
    classes: CLASSES.length,
    seed: STEP,
  });
  const codes = { run: 'r', name: 'autoencoder', step: STEP, weightsHash, latent };
  writeRun(runDirectory, { name, spec, signal, codes, classes: CLASSES }, weights);
  program.dispose();
}

/** run.json and the checkpoint. */
function writeRun(runDirectory: string, run: Partial<RunManifest>, weights: readonly Variable[]): void {
  const now = '2026-01-01T00:00:00.000Z';
  const manifest = runManifestSchema.parse({
    version: 1,
    id: 'r',
    datasetName: 'noise',
    trainVariance: VARIANCE,
    status: 'stopped',
    step: STEP,
    createdAt: now,
    updatedAt: now,
    ...run,
  });
  const draw = draws(7);
  const drawn = [...weights]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name: weight, shape: sides }) => {
      const shape = [...sides];
      const size = shape.reduce((product, side) => product * side, 1);
      const { mean, spread } = distributionOf(weight, shape, size);
      const data = Float32Array.from({ length: size }, () => mean + spread * (2 * draw() - 1));
      if (BEFORE_CODES.test(weight)) centre(data, shape.at(-1)!);
      return [weight, { dtype: 'float32', shape, data }] as const;
    });
  mkdirSync(runDirectory, { recursive: true });
  writeFileSync(path.join(runDirectory, runFolder.manifest), JSON.stringify(manifest));
  writeCheckpoint(runDirectory, {
    weights: Object.fromEntries(drawn),
    optimizer: {},
    state: { step: STEP, seed: STEP, score: null, bestScore: null, best: false, evaluatedStep: null },
  });
}

/** What latents come from: strong, and without what is common to all places, so that many codes are used. */
const BEFORE_CODES = /(?:pre-vq|quantizer.*\/down|quantizer.*\/logits|encoder\/logits|encoder\/output)\/kernel$/;
/** What pixels come from: weak, so that few are cut off at black and white. */
const BEFORE_PIXELS = /^decoder\/(?:up\d|out|output|pixels)\/kernel$/;

/** Uniform in mean ± spread; matrices so that features keep about their size. */
function distributionOf(weight: string, shape: readonly number[], size: number): { mean: number; spread: number } {
  if (weight.endsWith('/scale')) return { mean: 1, spread: 0.3 };
  if (weight === 'pca/components') return { mean: 0, spread: Math.sqrt(3 / shape[1]!) };
  if (!weight.endsWith('/kernel')) return { mean: 0, spread: shape.length < 2 ? 0.1 : 1 };
  const gain = BEFORE_CODES.test(weight) ? 8 : BEFORE_PIXELS.test(weight) ? 0.25 : 1;
  return { mean: 0, spread: gain * Math.sqrt((6 * shape.at(-1)!) / size) };
}

/** Takes from each column of a matrix [..., columns] its mean. */
function centre(data: Float32Array, columns: number): void {
  for (let column = 0; column < columns; column++) {
    const values = data.filter((_, at) => at % columns === column);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    for (let at = column; at < data.length; at += columns) data[at] = data[at]! - mean;
  }
}

/** Pictures [COUNT, H, W, C] of noise from 0 to 1, in which no two places are alike. */
export function makeImages({ height, width, channels }: Signal): Float32Array {
  const draw = draws(11);
  return Float32Array.from({ length: COUNT * height * width * channels }, draw);
}

/** Numbers from 0 to 1 that repeat: mulberry32. One after the other, however many apart, they have nothing to do with each other. */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
