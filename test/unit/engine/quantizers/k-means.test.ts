import { describe, expect, it } from 'vitest';
import { kMeans } from '../../../../main/engine/quantizers/k-means';
import { draws } from '../training/fixture';

/** `clusters` at the corners of a cube, `each` vectors around every one. */
function clustered(clusters: number, each: number, dimension: number, side = 10): Float32Array {
  const draw = draws(4);
  return Float32Array.from({ length: clusters * each * dimension }, (_, at) => {
    const [row, column] = [Math.floor(at / dimension), at % dimension];
    const cluster = row % clusters;
    return side * ((cluster >> column) & 1) + draw();
  });
}

const rows = (values: ArrayLike<number>, dimension: number) =>
  Array.from({ length: values.length / dimension }, (_, row) =>
    Array.from({ length: dimension }, (__, at) => values[row * dimension + at]!),
  );

describe('k-means', () => {
  it.each([1, 2, 3])('finds every one of clusters that lie apart (seed %i)', async (seed) => {
    const vectors = clustered(16, 20, 4, 1000);
    const { means, counts } = await kMeans(vectors, { codes: 16, dimension: 4, isUnit: false, seed });
    expect([...counts]).toEqual(Array<number>(16).fill(20));
    const corners = rows(means, 4).map((mean) => mean.map((value) => Math.floor(value / 1000)).join(''));
    expect(new Set(corners).size).toBe(16);
  });

  it('is a function of vectors and seed', async () => {
    const vectors = clustered(8, 30, 3);
    const options = { codes: 20, dimension: 3, isUnit: false };
    const [one, same, other] = [
      await kMeans(vectors, { ...options, seed: 1 }),
      await kMeans(vectors, { ...options, seed: 1 }),
      await kMeans(vectors, { ...options, seed: 2 }),
    ];
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
  });

  it('draws no vector twice where codes go by the hundreds, and leaves no code without one', async () => {
    const vectors = clustered(256, 4, 8);
    const { means, counts } = await kMeans(vectors, { codes: 700, dimension: 8, isUnit: false, seed: 1 });
    expect(new Set(rows(means, 8).map(String)).size).toBe(700);
    expect(counts.reduce((sum, count) => sum + count)).toBe(1024);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  it('answers as many means as there are vectors where codes are more', async () => {
    const vectors = clustered(4, 1, 2);
    const { means, counts } = await kMeans(vectors, { codes: 9, dimension: 2, isUnit: false, seed: 1 });
    expect(rows(means, 2).sort()).toEqual(rows(vectors, 2).sort());
    expect([...counts]).toEqual([1, 1, 1, 1]);
  });

  it('on the sphere gives means of length 1', async () => {
    const { means } = await kMeans(clustered(8, 10, 3), { codes: 5, dimension: 3, isUnit: true, seed: 1 });
    for (const mean of rows(means, 3)) expect(Math.hypot(...mean)).toBeCloseTo(1, 5);
  });
});
