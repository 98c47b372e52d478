import { describe, expect, it } from 'vitest';
import { MOST_DIMENSIONS, leadingEigen, principalComponents } from '../../../../main/engine/numerics';
import { draws } from '../training/fixture';

/** A symmetric matrix with the given eigenvalues: reflections of a diagonal one. */
function withEigenvalues(values: readonly number[]): Float64Array {
  const n = values.length;
  const matrix = new Float64Array(n * n);
  values.forEach((value, at) => (matrix[at * n + at] = value));
  const draw = draws(3);
  for (let time = 0; time < 3; time++) {
    const v = Float64Array.from({ length: n }, () => draw() - 0.5);
    const scale = 2 / v.reduce((sum, value) => sum + value * value, 0);
    for (const isColumn of [false, true]) {
      const at = (i: number, j: number) => (isColumn ? j * n + i : i * n + j);
      for (let j = 0; j < n; j++) {
        let dot = 0;
        for (let i = 0; i < n; i++) dot += v[i]! * matrix[at(i, j)]!;
        for (let i = 0; i < n; i++) matrix[at(i, j)]! -= scale * dot * v[i]!;
      }
    }
  }
  return matrix;
}

describe('leading eigenvectors', () => {
  const cases: [string, number, (at: number) => number, number][] = [
    ['of a small matrix', 40, (at) => 1 / (at + 1), 5],
    ['of a large matrix, slowly falling', 600, (at) => 100 / (at + 5), 20],
    ['of a large matrix of low rank, more than its rank', 500, (at) => (at < 6 ? 10 - at : 0), 9],
  ];
  it.each(cases)('%s: A v = λ v, orthonormal', async (_, n, value, count) => {
    const expected = Array.from({ length: n }, (__, at) => value(at));
    const matrix = withEigenvalues(expected);
    const { values, vectors } = await leadingEigen(matrix, n, count);
    for (let k = 0; k < count; k++) {
      expect(Math.abs(values[k]! - expected[k]!)).toBeLessThan(1e-10 * expected[0]!);
      const v = vectors.subarray(k * n, (k + 1) * n);
      for (let row = 0; row < n; row++) {
        let product = 0;
        for (let each = 0; each < n; each++) product += matrix[row * n + each]! * v[each]!;
        expect(Math.abs(product - values[k]! * v[row]!)).toBeLessThan(1e-9 * expected[0]!);
      }
      for (let other = 0; other <= k; other++) {
        const dot = v.reduce((sum, one, at) => sum + one * vectors[other * n + at]!, 0);
        expect(Math.abs(dot - (other === k ? 1 : 0))).toBeLessThan(1e-10);
      }
    }
  });
});

describe('principal components', () => {
  it('are refused above the limit, with a way out', async () => {
    const rows = { count: MOST_DIMENSIONS + 1, read: () => new Uint8Array() };
    await expect(principalComponents(rows, 128 * 128 * 3, 8)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: 'PCA takes items of up to 4096 values, or up to 4096 items; these are 4097 of 49152.',
      hint: 'Import the dataset at a smaller size, such as 32 × 32 px, or train an autoencoder instead.',
    });
  });

  const plain = (level: number): number[] => Array<number>(48).fill(level);
  const slopes = (at: number): number[] =>
    Array.from({ length: 48 }, (_, i) => 100 + (at % 3) * i + (at % 2) * (i % 5));
  const cases: [string, number, (at: number) => number[]][] = [
    ['equal pictures', 6, () => slopes(1)],
    ['equal pictures, more of them than values', 60, () => slopes(1)],
    ['pictures of two plain colours', 10, (at) => plain(at % 2 ? 30 : 220)],
    ['pictures of two plain colours, more of them than values', 70, (at) => plain(at % 2 ? 30 : 220)],
    ['pictures of rank 3', 12, slopes],
    ['pictures of rank 3, more of them than values', 100, slopes],
  ];
  it.each(cases)('hold %s exactly, with any number of components', async (_, count, picture) => {
    const size = 48;
    const read = (numbers: ArrayLike<number>) => Uint8Array.from(Array.from(numbers).flatMap((at) => picture(at)));
    for (const wanted of [1, 4, 5].filter((some) => some > 1 || picture !== slopes)) {
      const { mean, components, variances, totalVariance } = await principalComponents({ count, read }, size, wanted);
      expect([...components, ...variances, totalVariance].every(Number.isFinite)).toBe(true);
      const row = (at: number) => components.subarray(at * size, (at + 1) * size);
      const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
        Array.from(a).reduce((sum, value, at) => sum + value * b[at]!, 0);
      for (let a = 0; a < wanted; a++)
        for (let b = 0; b <= a; b++) expect(Math.abs(dot(row(a), row(b)) - (a === b ? 1 : 0))).toBeLessThan(1e-10);
      for (let at = 0; at < count; at++) {
        const centred = picture(at).map((value, i) => value - mean[i]!);
        const shares = Array.from({ length: wanted }, (__, k) => dot(row(k), centred));
        const left = centred.map((value, i) => value - shares.reduce((sum, share, k) => sum + share * row(k)[i]!, 0));
        expect(Math.max(...left.map(Math.abs))).toBeLessThan(1e-8);
      }
    }
  });
});
