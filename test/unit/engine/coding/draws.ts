import type { CodeSet } from '../../../../main/engine/coding';

/** Numbers in [0, 1) from a seed, the same everywhere. */
export function uniform(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Probabilities over K symbols. */
export const distributions: Record<string, (symbols: number) => Float64Array> = {
  uniform: (symbols) => new Float64Array(symbols).fill(1 / symbols),
  zipf: (symbols) => normalised(Float64Array.from({ length: symbols }, (_, i) => 1 / (i + 1))),
  geometric: (symbols) => normalised(Float64Array.from({ length: symbols }, (_, i) => 0.7 ** i)),
  'certain but for 10⁻⁸, one in the middle': (symbols) =>
    normalised(Float64Array.from({ length: symbols }, (_, i) => (i === symbols >> 1 ? 1e8 * symbols : 1))),
  'nearly certain, the first': (symbols) =>
    normalised(Float64Array.from({ length: symbols }, (_, i) => (i === 0 ? 1e6 : 1))),
  'nearly certain, the last': (symbols) =>
    normalised(Float64Array.from({ length: symbols }, (_, i) => (i === symbols - 1 ? 1e6 : 1))),
};

function normalised(weights: Float64Array): Float64Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** `length` symbols drawn from probabilities. */
export function draw(probabilities: Float64Array, length: number, seed: number): Int32Array {
  const cumulative = probabilities.slice();
  for (let i = 1; i < cumulative.length; i++) cumulative[i]! += cumulative[i - 1]!;
  const next = uniform(seed);
  return Int32Array.from({ length }, () => {
    const at = next() * cumulative.at(-1)!;
    let [low, high] = [0, cumulative.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (cumulative[middle]! <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  });
}

/** Codes of one layer as a set of items of one code each. */
export function setOf(codes: Int32Array, alphabet: number): CodeSet {
  return {
    latent: { kind: 'codes', levels: [{ axes: [1, 1], depth: 1, codes: alphabet, dimension: 4 }] },
    items: codes.length,
    codes,
  };
}

/** Items of two grids of other sizes and codebooks, the second with two codes per place: 2·3 + 4·5·2 = 46 codes each. */
export function twoLevels(items: number, seed: number): CodeSet {
  const levels = [
    { axes: [2, 3], depth: 1, codes: 7, dimension: 4 },
    { axes: [4, 5], depth: 2, codes: 300, dimension: 8 },
  ];
  const next = uniform(seed);
  const codes = Int32Array.from({ length: items * 46 }, (_, at) => Math.floor(next() ** 3 * (at % 46 < 6 ? 7 : 300)));
  return { latent: { kind: 'codes', levels }, items, codes };
}

/** What was thrown, for tests that expect it to be. */
export function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (thrown) {
    return thrown;
  }
  return undefined;
}
