import { choose } from '../numerics/random';
import { squaredDistance } from './likeness';

/** A layer's vectors, [K, dimension]. */
export interface Vectors {
  readonly values: Float32Array;
  readonly dimension: number;
}

/**
 * The code whose vector is nearest to a point on the straight line between two codes' vectors. Of equally near ones it
 * is the one the point set out from, or goes to.
 * @param share 0: at the vector of `from`, 1: at the vector of `to`
 */
export function nearestBetween({ values, dimension }: Vectors, from: number, to: number, share: number): number {
  if (from === to) return from;
  const vector = (code: number) => values.subarray(code * dimension, (code + 1) * dimension);
  const [one, other] = [vector(from), vector(to)];
  const point = one.map((value, at) => (1 - share) * value + share * other[at]!);
  const distance = (code: number): number => {
    let sum = 0;
    for (let at = 0, place = code * dimension; at < dimension; at++) sum += (values[place + at]! - point[at]!) ** 2;
    return sum;
  };
  const ends = share < 0.5 ? [from, to] : [to, from];
  let [nearest, least] = [ends[0]!, distance(ends[0]!)];
  for (let code = 0; code < values.length / dimension; code++) {
    const found = distance(code);
    if (found < least) [nearest, least] = [code, found];
  }
  return nearest;
}

/**
 * Draws another code near one, for any code of a layer: with probability ∝ exp(−(d² / d₀² − 1) / temperature), d the
 * distance of its vector and d₀ that of the nearest code that differs. The code itself where it is the only one.
 */
export function neighbourDraws(vectors: Vectors, temperature: number): (code: number, random: () => number) => number {
  const known = new Map<number, Float64Array | null>();
  return (code, random) => {
    const weights = known.has(code) ? known.get(code) : weightsBeside(vectors, code, temperature);
    known.set(code, weights ?? null);
    return weights ? choose(weights, random()) : code;
  };
}

/** Unnormalised probability that each code is drawn; null where there is no other. It looks at every vector. */
function weightsBeside({ values, dimension }: Vectors, code: number, temperature: number): Float64Array | null {
  const weights = Float64Array.from({ length: values.length / dimension }, (_, other) =>
    squaredDistance(values, dimension, code, other),
  );
  const nearest = weights.reduce((least, value) => (value > 0 && value < least ? value : least), Infinity);
  if (!Number.isFinite(nearest)) return null;
  // vectors that are equal look the same: nothing would change
  weights.forEach((value, at) => (weights[at] = value > 0 ? Math.exp((1 - value / nearest) / temperature) : 0));
  return weights;
}
