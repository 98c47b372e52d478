import { setImmediate } from 'node:timers/promises';
import { AppError } from '@shared/errors';
import { type Autoencoder, fromPixels, toPixels } from '../autoencoders';
import type { Pack } from '../media/pack';
import { type FeatureSet, compareSets, frechetDistance } from '../metrics/sets';
import { msSsim, msSsimWeights } from '../metrics/similarity';
import { FEATURES, isTrunkSetUp, perceptualDistance, perceptualFeatures } from '../perceptual';
import type { Program, ProgramFunction } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/** Pictures looked at together; features are taken of them at 128 px and more. */
const BATCH = 16;

/** The most pictures whose features are kept. */
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
 * What only a thorough evaluation measures, by the name of the metric: `ms-ssim`, and where the perceptual trunk is
 * set up `perceptual` (means over the items), `rfid-like`, `kid-like`, `precision`, `recall`, `density` and
 * `coverage` (of the reconstructions' features beside the originals'). All use pixels rounded to whole numbers from 0
 * to 255.
 */
export async function measureThoroughly(
  program: Program,
  model: Autoencoder,
  pack: Pack,
  items: Uint32Array,
  { signal, onProgress }: ThoroughOptions,
): Promise<Record<string, number>> {
  const measure = measuresOf(program, model);
  const sums: Record<string, number> = {};
  const originals = gatherFeatures(items.length);
  const reconstructions = gatherFeatures(items.length);
  const pixels = new Uint8Array(BATCH * pack.itemBytes);
  for (let at = 0; at < items.length; at += BATCH) {
    if (signal?.aborted) throw new AppError('CANCELLED', 'The evaluation was cancelled.');
    const some = items.subarray(at, at + BATCH);
    pack.readItems(some, pixels);
    const { [ORIGINALS]: ofOriginals, [RECONSTRUCTIONS]: ofReconstructions, ...measures } = measure.run({ pixels });
    if (ofOriginals) originals.add(ofOriginals.data, some.length);
    if (ofReconstructions) reconstructions.add(ofReconstructions.data, some.length);
    for (const [name, { data }] of Object.entries(measures))
      for (let item = 0; item < some.length; item++) sums[name] = (sums[name] ?? 0) + (data[item] ?? NaN);
    onProgress(at + some.length);
    await setImmediate();
  }
  return {
    ...Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / items.length])),
    ...(await betweenPictures('rfid-like', originals.set(), reconstructions.set(), signal)),
  };
}

/** Made when it is first asked for, and once more when the trunk has been set up since. */
function measuresOf(program: Program, model: Autoencoder): ProgramFunction {
  const hasTrunk = isTrunkSetUp();
  const name = hasTrunk ? 'evaluate-thoroughly' : 'evaluate-thoroughly-without-trunk';
  return program.once(name, () => defineMeasures(name, program, model, hasTrunk));
}

function defineMeasures(name: string, program: Program, model: Autoencoder, hasTrunk: boolean): ProgramFunction {
  const { height, width, channels } = model.signal;
  const distance = hasTrunk ? perceptualDistance(program) : null;
  const featuresOf = hasTrunk ? perceptualFeatures(program) : null;
  const hasScales = msSsimWeights(height, width).length > 0;
  const feeds = { pixels: { shape: [BATCH, height, width, channels], dtype: 'uint8' } } as const;
  return program.define(name, { feeds }, ({ pixels }): Record<string, Tensor> => {
    const images = fromPixels(pixels);
    const rounded = toPixels(model.decode(model.encode(images)));
    const reconstructions = fromPixels(rounded);
    return {
      ...(hasScales && { 'ms-ssim': msSsim(ops.cast(rounded, 'float32'), ops.cast(pixels, 'float32')) }),
      ...(distance && { perceptual: distance(reconstructions, images) }),
      ...(featuresOf && { [ORIGINALS]: featuresOf(images), [RECONSTRUCTIONS]: featuresOf(reconstructions) }),
    };
  });
}

/**
 * Features of pictures as they come, `total` of them: of all, or of every second, third … where they are too many to
 * keep.
 */
function gatherFeatures(total: number) {
  const every = Math.ceil(total / MOST_KEPT);
  let values = new Float32Array(0);
  let [seen, count] = [0, 0];
  return {
    add(data: ArrayLike<number>, added: number): void {
      if (seen === 0) values = new Float32Array(Math.ceil(total / every) * FEATURES);
      for (let item = 0; item < added; item++, seen++) {
        if (seen % every !== 0) continue;
        for (let at = 0; at < FEATURES; at++) values[count * FEATURES + at] = data[item * FEATURES + at] ?? NaN;
        count += 1;
      }
    },
    set: (): FeatureSet => ({ count, size: FEATURES, values }),
  };
}

/**
 * Compares other pictures' features with real ones', by the metric's name; `frechet` names the Fréchet distance.
 * Empty where there are too few pictures to say anything.
 */
export async function betweenPictures(
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

/** At most `MOST_PAIRED` pictures of a set, evenly spaced. */
function someOf(set: FeatureSet): FeatureSet {
  if (set.count <= MOST_PAIRED) return set;
  const values = new Float32Array(MOST_PAIRED * set.size);
  for (let each = 0; each < MOST_PAIRED; each++) {
    const item = Math.floor((each * set.count) / MOST_PAIRED);
    values.set(set.values.subarray(item * set.size, (item + 1) * set.size), each * set.size);
  }
  return { count: MOST_PAIRED, size: set.size, values };
}
