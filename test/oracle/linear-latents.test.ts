import { describe, expect, it } from 'vitest';
import { fitGaussianMixture, logDensities } from '../../main/engine/density';
import { principalComponents } from '../../main/engine/numerics';
import { golden, relativeError } from './golden';

const known = golden('linear-latents.npz');

/** As in linear_latents.py. */
function pictures(count: number, size: number, seed: number): Uint8Array {
  let state = seed;
  const draw = (length: number) =>
    Int32Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return ((state >>> 16) % 128) - 64;
    });
  const [scores, directions] = [draw(count * 12), draw(12 * size)];
  const noise = draw(count * size);
  return Uint8Array.from({ length: count * size }, (_, at) => {
    const [row, column] = [Math.floor(at / size), at % size];
    let mixed = 0;
    for (let each = 0; each < 12; each++)
      mixed += scores[row * 12 + each]! * (64 >> (each >> 1)) * directions[each * size + column]!;
    return Math.min(255, Math.max(0, 128 + Math.floor(mixed / 4096) + Math.floor(noise[at]! / 32)));
  });
}

describe('principal components equal NumPy’s singular value decomposition', () => {
  it.each([
    ['tall', 'from the covariance'],
    ['wide', 'from the inner products of fewer items than values'],
    ['large', 'by Lanczos’ iteration'],
  ])('%s: %s', async (name) => {
    const [count = 0, size = 0, components = 0] = known.integers(`${name}/shape`);
    const bytes = pictures(count, size, 7);
    expect(bytes.reduce((sum, byte) => sum + byte, 0)).toBe(known.doubles(`${name}/checksum`)[0]);
    const read = (numbers: ArrayLike<number>) =>
      Uint8Array.from(Array.from(numbers).flatMap((at) => [...bytes.subarray(at * size, (at + 1) * size)]));
    const found = await principalComponents({ count, read }, size, components);
    expect(doubleError(found.mean, known.doubles(`${name}/mean`))).toBeLessThan(1e-13);
    expect(doubleError(found.variances, known.doubles(`${name}/variances`))).toBeLessThan(1e-12);
    expect(doubleError(found.components, known.doubles(`${name}/components`))).toBeLessThan(1e-9);
    const share = found.variances.reduce((sum, value) => sum + value, 0) / found.totalVariance;
    expect(share).toBeCloseTo(known.doubles(`${name}/share`)[0]!, 12);
  });
});

describe('a mixture of Gaussians equals scikit-learn’s', () => {
  const vectors = known.floats('vectors');
  const first = known.doubles('first');
  it.each([
    ['full', 1],
    ['full', 5],
    ['full', 60],
    ['diag', 1],
    ['diag', 5],
    ['diag', 60],
  ] as const)('%s covariances after %i rounds from the same start', async (name, rounds) => {
    const covariance = name === 'full' ? 'full' : 'diagonal';
    const identity = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
    const unit = covariance === 'full' ? identity : Float64Array.of(1, 1, 1);
    const { mixture, logLikelihood } = await fitGaussianMixture(vectors, {
      components: 4,
      dimension: 3,
      covariance,
      seed: 1,
      iterations: rounds,
      tolerance: 1e-9,
      first: {
        components: 4,
        dimension: 3,
        covariance,
        weights: new Float64Array(4).fill(0.25),
        means: first,
        covariances: Float64Array.from({ length: 4 * unit.length }, (_, at) => unit[at % unit.length]!),
      },
    });
    const key = `${name}/${rounds}`;
    expect(doubleError(mixture.weights, known.doubles(`${key}/weights`))).toBeLessThan(1e-7);
    expect(doubleError(mixture.means, known.doubles(`${key}/means`))).toBeLessThan(1e-7);
    expect(doubleError(mixture.covariances, known.doubles(`${key}/covariances`))).toBeLessThan(1e-7);
    expect(logLikelihood).toBeCloseTo(known.doubles(`${key}/bound`)[0]!, 8);
    expect(relativeError(logDensities(mixture, vectors), known.doubles(`${key}/scores`))).toBeLessThan(1e-7);
  });
});

function doubleError(found: Float64Array, expected: Float64Array): number {
  expect(found.length).toBe(expected.length);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return found.reduce((worst, value, at) => Math.max(worst, Math.abs(value - expected[at]!)), 0) / largest;
}
