import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { downsample, lowerBound, nearestIndex } from '@shared/maths';

const ramp = (length: number): Float64Array => Float64Array.from({ length }, (_, i) => i);
const pairs = (points: Float64Array): [number, number][] =>
  Array.from({ length: points.length / 2 }, (_, i) => [points[2 * i]!, points[2 * i + 1]!]);

describe('downsampling', () => {
  it('keeps every point while there are few', () => {
    expect(pairs(downsample(ramp(4), [5, 6, 7, 8], { from: 0, to: 3 }, 10))).toEqual([
      [0, 5],
      [1, 6],
      [2, 7],
      [3, 8],
    ]);
  });

  it('keeps a single spike among 100,000 points and draws at most two points a bucket', () => {
    const y = new Float32Array(100_000);
    y[54_321] = 9;
    const points = pairs(downsample(ramp(100_000), y, { from: 0, to: 99_999 }, 500));
    expect(points).toContainEqual([54_321, 9]);
    expect(points.length).toBeLessThanOrEqual(2 * 502);
  });

  it('draws the visible range and one point either side of it', () => {
    const points = pairs(downsample(ramp(1000), ramp(1000), { from: 400.5, to: 409.5 }, 100));
    expect(points.map(([x]) => x)).toEqual([400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410]);
  });

  it('leaves values that are not finite out', () => {
    expect(pairs(downsample(ramp(3), [1, NaN, 3], { from: 0, to: 2 }, 10))).toEqual([
      [0, 1],
      [2, 3],
    ]);
    const many = new Float32Array(1000).fill(1);
    many[500] = Infinity;
    expect(pairs(downsample(ramp(1000), many, { from: 0, to: 999 }, 20)).every(([, y]) => y === 1)).toBe(true);
  });

  it('gives every decade of a logarithmic axis its share of points', () => {
    const points = pairs(downsample(ramp(100_000), ramp(100_000), { from: 1, to: 99_999 }, 100, 'log'));
    expect(points[0]).toEqual([1, 1]);
    expect(points.filter(([x]) => x < 1000).length).toBeGreaterThan(40);
  });

  it('spans from the lowest to the highest value, in ascending order, for any data', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 1, max: 50 }),
        (y, buckets) => {
          const points = pairs(downsample(ramp(y.length), y, { from: 0, to: y.length - 1 }, buckets));
          const xs = points.map(([x]) => x);
          const ys = points.map(([, value]) => value);
          expect(xs).toEqual([...xs].sort((a, b) => a - b));
          expect(Math.min(...ys)).toBe(Math.min(...y));
          expect(Math.max(...ys)).toBe(Math.max(...y));
        },
      ),
    );
  });
});

describe('searching an ascending axis', () => {
  it('finds the first value not below, and the nearest', () => {
    expect([lowerBound([1, 3, 5], 3), lowerBound([1, 3, 5], 4), lowerBound([1, 3, 5], 6)]).toEqual([1, 2, 3]);
    expect([
      nearestIndex([1, 3, 5], 0),
      nearestIndex([1, 3, 5], 3.9),
      nearestIndex([1, 3, 5], 4.1),
      nearestIndex([], 1),
    ]).toEqual([0, 1, 2, -1]);
  });
});
