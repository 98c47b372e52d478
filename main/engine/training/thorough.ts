import { setImmediate } from 'node:timers/promises';
import { AppError } from '@shared/errors';
import { newItems } from '@shared/specs';
import type { Autoencoder } from '../autoencoders';
import { feedOf, fromStored, toStored } from '../media/kinds/stored';
import { tensorsOf } from '../media/kinds/tensors';
import type { Pack } from '../media/pack';
import { type FeatureSet, compareSets, frechetDistance } from '../metrics/sets';
import type { Program, ProgramFunction } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/** Items looked at together: of pictures, features are taken at 128 px and more. */
const BATCH = 16;

/** The most items whose features are kept. */
const MOST_KEPT = 50_000;

/** The largest set compared pair by pair; of a larger one a subset of this size, evenly spaced, represents it. */
const MOST_PAIRED = 5000;

/**
 * The neighbour whose distance is a ball's radius, as in the papers: for precision and recall, and for density and
 * coverage.
 */
const [FEW, MORE] = [3, 5];

/** Outputs that aren't measures. */
const [ORIGINALS, RECONSTRUCTIONS] = ['features-originals', 'features-reconstructions'] as const;

interface ThoroughOptions {
  signal: AbortSignal | undefined;
  onProgress(done: number): void;
}

/**
 * What only a thorough evaluation measures, by the name of the metric: the medium's own (means over the items), and where
 * its features are at hand `rfid-like`, `kid-like`, `precision`, `recall`, `density` and `coverage` (of the
 * reconstructions' features beside the originals'). All use values as they are stored.
 */
export async function measureThoroughly(
  program: Program,
  model: Autoencoder,
  pack: Pack,
  items: Uint32Array,
  { signal, onProgress }: ThoroughOptions,
): Promise<Record<string, number>> {
  const { features } = tensorsOf(model.signal);
  const measure = measuresOf(program, model);
  const sums: Record<string, number> = {};
  const originals = gatherFeatures(items.length, features?.size ?? 0);
  const reconstructions = gatherFeatures(items.length, features?.size ?? 0);
  const stored = newItems(pack.signal, BATCH);
  for (let at = 0; at < items.length; at += BATCH) {
    if (signal?.aborted) throw new AppError('CANCELLED', 'The evaluation was cancelled.');
    const some = items.subarray(at, at + BATCH);
    pack.readItems(some, stored);
    const { [ORIGINALS]: ofOriginals, [RECONSTRUCTIONS]: ofReconstructions, ...measures } = measure.run({ stored });
    if (ofOriginals) originals.add(ofOriginals.data, some.length);
    if (ofReconstructions) reconstructions.add(ofReconstructions.data, some.length);
    for (const [name, { data }] of Object.entries(measures))
      for (let item = 0; item < some.length; item++) sums[name] = (sums[name] ?? 0) + (data[item] ?? NaN);
    onProgress(at + some.length);
    await setImmediate();
  }
  return {
    ...Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / items.length])),
    ...(await betweenSets('rfid-like', originals.set(), reconstructions.set(), signal)),
  };
}

/** Made when it is first asked for, and once more when the features' network has been set up since. */
function measuresOf(program: Program, model: Autoencoder): ProgramFunction {
  const hasFeatures = tensorsOf(model.signal).features?.isSetUp() ?? false;
  const name = hasFeatures ? 'evaluate-thoroughly' : 'evaluate-thoroughly-without-features';
  return program.once(name, () => defineMeasures(name, program, model, hasFeatures));
}

function defineMeasures(name: string, program: Program, model: Autoencoder, hasFeatures: boolean): ProgramFunction {
  const { signal } = model;
  const { thorough, features } = tensorsOf(signal);
  const measures = Object.entries(thorough(program, signal));
  const featuresOf = hasFeatures && features ? features.define(program) : null;
  return program.define(name, { feeds: { stored: feedOf(signal, BATCH) } }, ({ stored }): Record<string, Tensor> => {
    const items = fromStored(signal, stored);
    const back = toStored(signal, model.decode(model.encode(items)));
    const [reconstruction, original] = [ops.cast(back, 'float32'), ops.cast(stored, 'float32')];
    return {
      ...Object.fromEntries(measures.map(([measure, perItem]) => [measure, perItem(reconstruction, original)])),
      ...(featuresOf && { [ORIGINALS]: featuresOf(items), [RECONSTRUCTIONS]: featuresOf(fromStored(signal, back)) }),
    };
  });
}

/**
 * Features of items as they come, `total` of them: of all, or of every second, third … where they are too many to
 * keep.
 */
function gatherFeatures(total: number, size: number) {
  const every = Math.ceil(total / MOST_KEPT);
  let values = new Float32Array(0);
  let [seen, count] = [0, 0];
  return {
    add(data: ArrayLike<number>, added: number): void {
      if (seen === 0) values = new Float32Array(Math.ceil(total / every) * size);
      for (let item = 0; item < added; item++, seen++) {
        if (seen % every !== 0) continue;
        for (let at = 0; at < size; at++) values[count * size + at] = data[item * size + at] ?? NaN;
        count += 1;
      }
    },
    set: (): FeatureSet => ({ count, size, values }),
  };
}

/**
 * Compares other items' features with real ones', by the metric's name; `frechet` names the Fréchet distance.
 * Empty where there are too few items to say anything.
 */
export async function betweenSets(
  frechet: string,
  originals: FeatureSet,
  others: FeatureSet,
  signal: AbortSignal | undefined,
): Promise<Record<string, number>> {
  if (Math.min(originals.count, others.count) <= MORE) return {};
  const pause = async () => {
    if (signal?.aborted) throw new AppError('CANCELLED', 'The evaluation was cancelled.');
    await setImmediate();
  };
  const paired = [originals, others].map(someOf) as [FeatureSet, FeatureSet];
  const { kernelDistance, neighbours } = await compareSets(...paired, [FEW, MORE], pause);
  const [few, more] = neighbours;
  return {
    [frechet]: frechetDistance(originals, others),
    'kid-like': kernelDistance,
    ...(few && { precision: few.precision, recall: few.recall }),
    ...(more && { density: more.density, coverage: more.coverage }),
  };
}

/** At most `MOST_PAIRED` items of a set, evenly spaced. */
function someOf(set: FeatureSet): FeatureSet {
  if (set.count <= MOST_PAIRED) return set;
  const values = new Float32Array(MOST_PAIRED * set.size);
  for (let each = 0; each < MOST_PAIRED; each++) {
    const item = Math.floor((each * set.count) / MOST_PAIRED);
    values.set(set.values.subarray(item * set.size, (item + 1) * set.size), each * set.size);
  }
  return { count: MOST_PAIRED, size: set.size, values };
}
