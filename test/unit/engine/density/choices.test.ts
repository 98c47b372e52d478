import { describe, expect, it } from 'vitest';
import {
  covarianceFor,
  logDensities,
  regularisationFor,
  sampleMixture,
  standardNormal,
} from '../../../../main/engine/density';

describe('the covariance that is chosen', () => {
  it('is whole while each component has five vectors for each direction, and diagonal below that', () => {
    expect(covarianceFor(5 * 10 * 32, 10, 32)).toBe('full');
    expect(covarianceFor(5 * 10 * 32 - 1, 10, 32)).toBe('diagonal');
  });

  it('is diagonal where whole ones would take too long', () => {
    expect(covarianceFor(1e6, 1, 256)).toBe('full');
    expect(covarianceFor(1e6, 1, 257)).toBe('diagonal');
    expect(covarianceFor(1e6, 64, 32)).toBe('full');
    expect(covarianceFor(1e6, 64, 33)).toBe('diagonal');
  });
});

describe('the regularisation', () => {
  it('follows the scale of the vectors, and is there even where nothing varies', () => {
    const vectors = Float32Array.of(0, 5, 2, 5, 4, 5);
    // variances 8/3 and 0
    expect(regularisationFor(vectors, 2)).toBeCloseTo(4e-6 / 3, 12);
    expect(
      regularisationFor(
        vectors.map((value) => 10 * value),
        2,
      ),
    ).toBeCloseTo(4e-4 / 3, 10);
    expect(regularisationFor(Float32Array.of(1, 1, 1, 1), 2)).toBe(1e-12);
  });
});

describe('N(0, I) as a mixture', () => {
  it('has its density, and draws of its mean and variance', () => {
    const normal = standardNormal(3);
    const expected = (squares: number): number => -0.5 * (squares + 3 * Math.log(2 * Math.PI));
    const found = logDensities(normal, Float32Array.of(0, 0, 0, 1, -2, 0.5));
    expect(found[0]).toBeCloseTo(expected(0), 12);
    expect(found[1]).toBeCloseTo(expected(5.25), 12);
    const drawn = sampleMixture(normal, 20_000, 4);
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    const square = drawn.reduce((sum, value) => sum + value ** 2, 0) / drawn.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(square - 1)).toBeLessThan(0.03);
  });
});
