import { AppError } from '@shared/errors';
import { type Signal, type StoredArray, newItems, shapeOf, valuesOf } from '@shared/specs';
import type { MediumFeatures } from '../media/kinds/medium-tensors';
import { feedOf, fromStored } from '../media/kinds/stored';
import { tensorsOf } from '../media/kinds/tensors';
import type { Program } from '../tensorflow/graph';

/** Items as they are stored [count, ...shape] → their features [count, size]. */
export type FeaturesOf = (stored: StoredArray, count: number) => Float32Array;

/** Items looked at together: pictures are enlarged to 128 px and more. */
export const FEATURES_BATCH = 16;

/** @throws BAD_REQUEST for a medium whose items nothing is known to be compared by */
export function requireFeatures(signal: Signal): MediumFeatures {
  const { features } = tensorsOf(signal);
  if (features) return features;
  throw new AppError('BAD_REQUEST', 'Items of this kind have no features to be compared by.', '', { field: 'dataset' });
}

/**
 * What the medium's network sees in items of a signal; added to the program when it is first asked for.
 * @throws SETUP_FAILED where the network isn't set up, with what to do
 */
export function itemFeatures(program: Program, signal: Signal): FeaturesOf {
  return program.once(`features/${shapeOf(signal).join('x')}`, () => define(program, signal));
}

function define(program: Program, signal: Signal): FeaturesOf {
  const itemValues = valuesOf(signal);
  const { size, define: defineNetwork } = requireFeatures(signal);
  const featuresOf = defineNetwork(program);
  const feeds = { stored: feedOf(signal, FEATURES_BATCH) };
  const call = program.define(`item-features-${shapeOf(signal).join('x')}`, { feeds }, ({ stored }) => ({
    features: featuresOf(fromStored(signal, stored)),
  }));
  const batch = newItems(signal, FEATURES_BATCH);
  return (stored, count) => {
    const features = new Float32Array(count * size);
    for (let at = 0; at < count; at += FEATURES_BATCH) {
      const some = Math.min(FEATURES_BATCH, count - at);
      batch.set(stored.subarray(at * itemValues, (at + some) * itemValues));
      const found = call.run({ stored: batch }).features.data as Float32Array;
      features.set(found.subarray(0, some * size), at * size);
    }
    return features;
  };
}
