/** A scripted prior over the codes of a fake run: its samples are blobs, its numbers lie below the unigram's. */
import type { RunSummary, Watched } from '@shared/contract';
import { fromPreset, latentOn, latentSize, presets } from '@shared/specs';
import { scoreIn } from '@shared/metrics';
import { fakeCanvas } from './fake-latents';
import { fakeDataset, fakeLatent, fakeModel, fakePictures, fakeRun, noise } from './fake-runs';
import type { FakeHandlers } from './fake-workbench';

const SIDE = 28;

/** A prior conditioned on the class, over the codes of `of` as they were at `step`. */
export function fakePrior(id: string, of: RunSummary, more: Partial<RunSummary> = {}): RunSummary {
  const step = of.best ?? 0;
  const spec = fromPreset(
    presets.find(({ name }) => name === 'gpt-tiny')!,
    fakeDataset.id,
    { run: of.id, step },
  );
  const measures = {
    nats: 2.5,
    'nats-unigram': 3.5,
    'nats-uniform': Math.log(64),
    accuracy: 0.3,
    'bits-per-dimension': 0.5,
  };
  const run = fakeRun(id, 'finished', 500);
  return {
    ...run,
    spec: { ...spec, model: { ...spec.model, condition: 'class' } as typeof spec.model },
    codes: { run: of.id, name: of.name, step, weightsHash: fakeModel(of.id, step).weightsHash, latent: fakeLatent },
    latest: { step: 500, nmse: null, nats: 2.6, perplexity: null, itemsPerSecond: 900 },
    evaluation: {
      ...run.evaluation!,
      score: scoreIn(measures),
      measures,
    },
    ...more,
  };
}

/** A mixture over the vectors of `of`, of four numbers. */
export function fakeVectorPrior(id: string, of: RunSummary): RunSummary {
  const prior = fakePrior(id, of);
  const spec = fromPreset(
    presets.find(({ name }) => name === 'mixture-tiny')!,
    fakeDataset.id,
    prior.spec.autoencoder,
  );
  const measures = { 'nats-per-dimension': 0.5, 'nats-per-latent': 2, 'nats-per-dimension-normal': 1.5 };
  return {
    ...prior,
    spec,
    codes: { ...prior.codes!, latent: { kind: 'vector', length: 4 } },
    latest: { ...prior.latest!, nats: null },
    evaluation: { ...prior.evaluation!, measures },
  };
}

/** Draws: sample n of a seed and class is always the same. Settled codes stay. */
export const fakeSampleHandlers: FakeHandlers = {
  'samples.draw': ({ count, first, seed, label, given, checkpoint }, { progress }) => {
    const size = latentSize(fakeLatent);
    progress({ phase: 'drawing', done: count, total: count, skipped: 0, secondsLeft: 0 });
    const code = (sample: number, place: number): number =>
      Math.floor(64 * noise(seed * 977 + (first + sample) * 131 + place + (label ?? -1) * 7919));
    return {
      step: typeof checkpoint === 'number' ? checkpoint : 500,
      pictures: fakePictures(count, SIDE, 0.8, seed + first),
      codes: Int32Array.from({ length: count * size }, (_, i) => {
        const settled = given?.[i % size] ?? -1;
        return settled >= 0 ? settled : code(Math.floor(i / size), i % size);
      }),
    };
  },
  /** Settled codes stay; pictures are as large as their canvas says. */
  'samples.fill': ({ given, canvas, seed, label }, { progress }) => {
    const size = latentSize(canvas ? latentOn(fakeLatent, canvas) : fakeLatent);
    const count = given.length / size;
    progress({ phase: 'drawing', done: count, total: count, skipped: 0, secondsLeft: 0 });
    const code = (at: number): number => Math.floor(64 * noise(seed * 977 + at + (label ?? -1) * 7919));
    const own = fakePictures(count, SIDE, 0.8, seed);
    return {
      step: 500,
      pictures: canvas ? fakeCanvas(canvas, count) : own,
      codes: given.map((settled, at) => (settled >= 0 ? settled : code(at))),
    };
  },
  /** A code a turn, in reverse; every place has the codes 1 to 3 to choose from, and 0 was drawn everywhere. */
  'samples.watch': ({ checkpoint, rounds }) => fakeWatched(typeof checkpoint === 'number' ? checkpoint : 500, rounds),
  'samples.decode': ({ count }) => ({ step: 500, pictures: fakePictures(count, SIDE, 0.8, 7) }),
  'samples.quality': ({ count, split }, { progress }) => {
    progress({ phase: 'drawing', done: count, total: count, skipped: 0, secondsLeft: 0 });
    return {
      step: 500,
      split,
      samples: count,
      items: 1000,
      byClass: true,
      measures: { 'fid-like': 42.5, precision: 0.25 },
      realItems: count,
      realMeasures: { 'fid-like': 3.5, precision: 0.75 },
    };
  },
  'samples.nearest': ({ codes, count }) => ({
    step: 500,
    by: 'features',
    items: Array.from({ length: count }, (_, index) => ({
      index: 10 * index,
      name: `shoe-${index}.png`,
      class: 'shoe',
      distance: 1 + index,
      sameCodes: index === 0 ? codes.length : 3,
    })),
    pictures: fakePictures(count, SIDE, 0.8, 3),
    trainingItems: 60_000,
    identical: 1,
    heldOut: { items: 64, farther: 1 },
  }),
  'samples.surprise': ({ canvas }) => ({
    step: 500,
    nats: Float32Array.from(
      { length: latentSize(canvas ? latentOn(fakeLatent, canvas) : fakeLatent) },
      (_, i) => i / 10,
    ),
  }),
};

/** Code by code; in `rounds` rounds where a test says so of its prior (`inRounds`). */
export function fakeWatched(step: number, rounds: number, inRounds = false): Watched {
  const size = latentSize(fakeLatent);
  const turnCount = inRounds ? rounds : size;
  const tables = inRounds ? turnCount : 1;
  const each = 3;
  return {
    step,
    inRounds,
    codes: new Int32Array(size),
    turns: Int32Array.from({ length: size }, (_, place) => (inRounds ? place % turnCount : size - 1 - place)),
    turnCount,
    each,
    candidates: Int32Array.from({ length: tables * size * each }, (_, at) => (at % each) + 1),
    probabilities: Float32Array.from({ length: tables * size * each }, (_, at) => [0.5, 0.25, 0.125][at % each]!),
    drawn: new Float32Array(size).fill(0.0625),
  };
}
