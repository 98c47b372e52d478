/** A standard normal draw (Box and Muller 1958). */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Uniform draws in [0, 1), by a 32-bit relative of splitmix64 (Steele et al. 2014). */
export function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** Picks an index in proportion to the weights, by `u` from 0 to 1; the last index if all weights are 0. */
export function choose(weights: Float64Array, u: number): number {
  const end = u * weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  const found = weights.findIndex((weight) => (sum += weight) > end);
  return found === -1 ? weights.length - 1 : found;
}
