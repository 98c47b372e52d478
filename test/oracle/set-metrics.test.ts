import { describe, expect, it } from 'vitest';
import { type FeatureSet, compareSets, frechetDistance } from '../../main/engine/metrics/sets';
import { symmetricEigen } from '../../main/engine/numerics/symmetric-eigen';
import { golden } from './golden';

const expected = golden('set-metrics.npz');

function featureSet(name: string): FeatureSet {
  const [count = 0, size = 0] = expected.shape(name);
  return { count, size, values: expected.floats(name) };
}

describe.each(['full', 'singular'])('two sets of features (covariance: %s)', (name) => {
  const [real, fake] = [featureSet(`${name}-real`), featureSet(`${name}-fake`)];

  it('are as far apart as in pytorch-fid', () => {
    const wanted = expected.floats(`${name}-frechet`)[0]!;
    expect(Math.abs(frechetDistance(real, fake) / wanted - 1)).toBeLessThan(1e-5);
    expect(Math.abs(frechetDistance(real, real))).toBeLessThan(1e-6);
  });

  it('have torch-fidelity’s kernel distance and prdc’s precision, recall, density and coverage', async () => {
    const { kernelDistance, neighbours } = await compareSets(real, fake, [3, 5]);
    expect(kernelDistance).toBeCloseTo(expected.floats(`${name}-kernel`)[0]!, 5);
    for (const { k, precision, recall, density, coverage } of neighbours) {
      const found = [precision, recall, density, coverage];
      const wanted = expected.floats(`${name}-prdc-${k}`);
      for (const [each, value] of found.entries()) expect(value).toBeCloseTo(wanted[each]!, 6);
    }
  });

  it('are compared without keeping other work from its turn', async () => {
    let turns = 0;
    const pause = () => Promise.resolve(void turns++);
    const many: FeatureSet = { count: 700, size: 2, values: Float32Array.from({ length: 1400 }, (_, at) => at % 13) };
    await compareSets(many, many, [3], pause);
    expect(turns).toBeGreaterThan(10);
  });
});

describe('the eigenvectors of a symmetric matrix', () => {
  it('are orthonormal and make the matrix again', () => {
    const n = 40;
    const matrix = new Float64Array(n * n);
    for (let row = 0; row < n; row++)
      for (let column = 0; column <= row; column++)
        matrix[row * n + column] = matrix[column * n + row] = Math.sin(row * 7 + column * 3) + (row === column ? 2 : 0);
    const { values, vectors } = symmetricEigen(matrix, n);
    expect([...values]).toEqual([...values].sort((a, b) => a - b));
    const sum = (term: (inner: number) => number) =>
      Array.from({ length: n }, (_, inner) => term(inner)).reduce((a, b) => a + b);
    for (let row = 0; row < n; row++)
      for (let column = 0; column < n; column++) {
        const made = sum((j) => vectors[row * n + j]! * values[j]! * vectors[column * n + j]!);
        const dot = sum((j) => vectors[j * n + row]! * vectors[j * n + column]!);
        expect(Math.abs(made - matrix[row * n + column]!)).toBeLessThan(1e-12 * n);
        expect(Math.abs(dot - (row === column ? 1 : 0))).toBeLessThan(1e-13 * n);
      }
  });
});
