import { FEATURES, perceptualFeatures } from '../perceptual';
import { fromPixels } from '../autoencoders';
import { type Signal, shapeOf, valuesOf } from '@shared/specs';
import type { Program } from '../tensorflow/graph';

/** Pictures [count, H, W, C], 0 to 255 → their features [count, FEATURES]. */
export type FeaturesOf = (pixels: Uint8Array, count: number) => Float32Array;

/** Pictures looked at together: they are enlarged to 128 px and more. */
export const FEATURES_BATCH = 16;

/**
 * What the perceptual trunk sees in pictures of one shape; added to the program when it is first asked for.
 * @throws SETUP_FAILED where the trunk isn't set up, telling what to do
 */
export function pictureFeatures(program: Program, signal: Signal): FeaturesOf {
  return program.once(`features/${shapeOf(signal).join('x')}`, () => define(program, signal));
}

function define(program: Program, signal: Signal): FeaturesOf {
  const itemBytes = valuesOf(signal);
  const featuresOf = perceptualFeatures(program);
  const feeds = { pixels: { shape: [FEATURES_BATCH, ...shapeOf(signal)], dtype: 'uint8' } } as const;
  const call = program.define(`picture-features-${shapeOf(signal).join('x')}`, { feeds }, ({ pixels }) => ({
    features: featuresOf(fromPixels(pixels)),
  }));
  const batch = new Uint8Array(FEATURES_BATCH * itemBytes);
  return (pixels, count) => {
    const features = new Float32Array(count * FEATURES);
    for (let at = 0; at < count; at += FEATURES_BATCH) {
      const some = Math.min(FEATURES_BATCH, count - at);
      batch.set(pixels.subarray(at * itemBytes, (at + some) * itemBytes));
      const found = call.run({ pixels: batch }).features.data as Float32Array;
      features.set(found.subarray(0, some * FEATURES), at * FEATURES);
    }
    return features;
  };
}
