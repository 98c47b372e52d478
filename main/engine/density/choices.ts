import type { GaussianMixture } from './gaussian-mixture';

/** Vectors that each component of a full covariance has on average for one of its directions, at least. */
const VECTORS_A_DIRECTION = 5;
/** K · D² that a round may take of each vector: what keeps a fit to 20,000 of them within a few minutes. */
const MOST_PRODUCTS = 2 ** 16;
/** A component is never thinner than this share of what a direction varies on average … */
const THINNEST = 1e-6;
/** … nor than this, where nothing varies at all. */
const LEAST = 1e-12;

/**
 * Whole covariances where there are vectors enough to tell them (5 for each direction of each of the K components) and
 * K · D² is at most 65,536; else variances alone.
 */
export function covarianceFor(vectors: number, components: number, dimension: number): GaussianMixture['covariance'] {
  const isTold = vectors >= VECTORS_A_DIRECTION * components * dimension;
  return isTold && components * dimension ** 2 <= MOST_PRODUCTS ? 'full' : 'diagonal';
}

/** What is added to every variance of a mixture of vectors [M, D], whatever their scale: a millionth of their mean variance. */
export function regularisationFor(vectors: Float32Array, dimension: number): number {
  const count = vectors.length / dimension;
  const means = new Float64Array(dimension);
  for (const [at, value] of vectors.entries()) means[at % dimension]! += value / count;
  let sum = 0;
  for (const [at, value] of vectors.entries()) sum += (value - means[at % dimension]!) ** 2;
  return Math.max(LEAST, (THINNEST * sum) / Math.max(1, vectors.length));
}

/** N(0, I) as a mixture of one. */
export function standardNormal(dimension: number): GaussianMixture {
  return {
    components: 1,
    dimension,
    covariance: 'diagonal',
    weights: Float64Array.of(1),
    means: new Float64Array(dimension),
    covariances: new Float64Array(dimension).fill(1),
  };
}
