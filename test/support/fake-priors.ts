/** A scripted prior over the codes of a fake run: its samples are blobs, its numbers lie below the unigram's. */
import type { RunSummary } from '@shared/contract';
import { fromPreset, latentSize, presets } from '@shared/specs';
import { fakeDataset, fakeLatent, fakeModel, fakePictures, fakeRun, noise } from './fake-runs';
import type { FakeHandlers } from './fake-workbench';

const SIDE = 28;

/** A prior told the class, on the codes of `of` as they were at `step`. */
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
    latest: { step: 500, nmse: null, nats: 2.6, perplexity: null, imagesPerSecond: 900 },
    evaluation: {
      ...run.evaluation!,
      nmse: null,
      psnr: null,
      perplexity: null,
      usage: null,
      deadCodes: null,
      measures,
    },
    ...more,
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
  'samples.surprise': () => ({
    step: 500,
    nats: Float32Array.from({ length: latentSize(fakeLatent) }, (_, i) => i / 10),
  }),
};
