import { PIECE, pause } from './pause';
import { choose, generator } from '../numerics/random';

interface ClusterOptions {
  /** At most as many as there are vectors. */
  clusters: number;
  dimension: number;
  seed: number;
  signal: AbortSignal | undefined;
}

/** Iterations of Lloyd's algorithm. */
const ITERATIONS = 10;

/**
 * k-means of vectors [M, D]: the cluster that each belongs to, [M]. Seeds by k-means++ (Arthur and Vassilvitskii 2007), then
 * Lloyd's iterations; a mean that nothing is nearest to stays where it is. In double precision and plain code, unlike that of
 * the quantizers: a mixture is fitted on machines without TensorFlow too. Throws CANCELLED.
 */
export async function nearestClusters(vectors: Float32Array, options: ClusterOptions): Promise<Uint32Array> {
  const { clusters, dimension, signal } = options;
  const count = vectors.length / dimension;
  const means = await seedsOf(vectors, options);
  const nearest = new Uint32Array(count);
  for (let iteration = 0; ; iteration++) {
    const sums = new Float64Array(clusters * dimension);
    const shares = new Uint32Array(clusters);
    for (let at = 0; at < count; at++) {
      if (at % PIECE === 0) await pause(signal);
      let [own, least] = [0, Infinity];
      for (let k = 0; k < clusters; k++) {
        const distance = squaredDistance(vectors, at, means, k, dimension);
        if (distance < least) [own, least] = [k, distance];
      }
      nearest[at] = own;
      shares[own]! += 1;
      for (let i = 0; i < dimension; i++) sums[own * dimension + i]! += vectors[at * dimension + i]!;
    }
    if (iteration === ITERATIONS) return nearest;
    for (let k = 0; k < clusters; k++) {
      if (shares[k] === 0) continue;
      for (let i = 0; i < dimension; i++) means[k * dimension + i] = sums[k * dimension + i]! / shares[k]!;
    }
  }
}

/** First means, [K, D]: vectors drawn with a chance in proportion to the squared distance from the nearest one drawn so far. */
async function seedsOf(vectors: Float32Array, { clusters, dimension, seed, signal }: ClusterOptions) {
  const count = vectors.length / dimension;
  const random = generator(seed);
  const means = new Float64Array(clusters * dimension);
  const distances = new Float64Array(count).fill(1);
  for (let k = 0; k < clusters; k++) {
    await pause(signal);
    const chosen = choose(distances, random());
    means.set(vectors.subarray(chosen * dimension, (chosen + 1) * dimension), k * dimension);
    for (let at = 0; at < count; at++) {
      const distance = squaredDistance(vectors, at, means, k, dimension);
      distances[at] = k === 0 ? distance : Math.min(distances[at]!, distance);
    }
  }
  return means;
}

function squaredDistance(vectors: Float32Array, at: number, means: Float64Array, k: number, dimension: number): number {
  let sum = 0;
  for (let i = 0; i < dimension; i++) sum += (vectors[at * dimension + i]! - means[k * dimension + i]!) ** 2;
  return sum;
}
