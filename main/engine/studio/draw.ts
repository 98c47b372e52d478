import { type GaussianMixture, sampleMixture, standardNormal } from '../density';

/** Where new vectors come from: a mixture fitted to the training items' vectors, or N(0, I), a VAE's own prior. */
export type DrawnFrom = GaussianMixture | 'prior';

/** `count` vectors: [count, length]. The first ones of a seed are the same however many are asked for. */
export function drawVectors(from: DrawnFrom, length: number, count: number, seed: number): Float32Array {
  return sampleMixture(from === 'prior' ? standardNormal(length) : from, count, seed);
}
