/** The most vectors for which a chain of nearest neighbours, which looks at every pair, is affordable. */
const CHAIN_UP_TO = 4096;
const POWER_ITERATIONS = 50;
/** Vectors looked at between two pauses. */
const WORK_BETWEEN_PAUSES = 200_000;

/**
 * An order of the vectors in which neighbours are alike. It begins at one end of the axis along which the vectors
 * differ most (the first principal component) and goes on to the nearest vector that is left; codebooks above 4,096
 * codes are ordered along that axis alone.
 * @param vectors [K, D]
 * @param pause awaited now and then
 * @returns a permutation of 0 … K − 1
 */
export async function orderByLikeness(
  vectors: Float32Array,
  dimension: number,
  pause: () => Promise<void> = () => Promise.resolve(),
): Promise<Int32Array> {
  const along = projections(vectors, dimension);
  const order = Int32Array.from(along.keys()).sort((a, b) => along[a]! - along[b]! || a - b);
  return order.length <= CHAIN_UP_TO ? await chainFrom(order[0] ?? 0, vectors, dimension, pause) : order;
}

/** Squared Euclidean distance of two rows of [K, D]. */
export function squaredDistance(vectors: Float32Array, dimension: number, a: number, b: number): number {
  let sum = 0;
  for (let i = a * dimension, j = b * dimension, end = i + dimension; i < end; i++, j++)
    sum += (vectors[i]! - vectors[j]!) ** 2;
  return sum;
}

async function chainFrom(
  first: number,
  vectors: Float32Array,
  dimension: number,
  pause: () => Promise<void>,
): Promise<Int32Array> {
  const count = vectors.length / dimension;
  const left = Int32Array.from({ length: count }, (_, code) => code);
  const order = new Int32Array(count);
  let current = first;
  let work = 0;
  for (let remaining = count, at = 0; at < count; at++) {
    order[at] = current;
    left[left.indexOf(current)] = left[--remaining]!;
    if (remaining === 0) break;
    let nearest = Infinity;
    let next = 0;
    for (let i = 0; i < remaining; i++) {
      const candidate = left[i]!;
      const distance = squaredDistance(vectors, dimension, current, candidate);
      if (distance < nearest || (distance === nearest && candidate < next)) [nearest, next] = [distance, candidate];
    }
    current = next;
    work += remaining;
    if (work > WORK_BETWEEN_PAUSES) {
      work = 0;
      await pause();
    }
  }
  return order;
}

/** Each vector's place along the first principal component, by power iteration on the centred vectors. */
function projections(vectors: Float32Array, dimension: number): Float64Array {
  const count = vectors.length / dimension;
  const mean = new Float64Array(dimension);
  vectors.forEach((value, at) => (mean[at % dimension]! += value / count));
  let axis = new Float64Array(dimension).map((_, d) => 1 / (d + 1)); // no axis of symmetry of any likely codebook
  const along = new Float64Array(count);
  for (let iteration = 0; iteration < POWER_ITERATIONS; iteration++) {
    const next = new Float64Array(dimension);
    for (let k = 0; k < count; k++) {
      let dot = 0;
      for (let d = 0; d < dimension; d++) dot += (vectors[k * dimension + d]! - mean[d]!) * axis[d]!;
      along[k] = dot;
      for (let d = 0; d < dimension; d++) next[d]! += dot * (vectors[k * dimension + d]! - mean[d]!);
    }
    const length = Math.hypot(...next);
    if (length === 0) break;
    axis = next.map((value) => value / length);
  }
  return along;
}
