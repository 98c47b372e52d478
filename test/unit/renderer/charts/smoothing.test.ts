import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smooth } from '@/charts/smoothing';

const floats = (...values: number[]): Float32Array => Float32Array.from(values);

describe('smoothing', () => {
  it('is TensorBoard’s debiased average', () => {
    // s: 0.5, 1.25, 2.125; divided by 1 - 0.5^n = 0.5, 0.75, 0.875
    const smoothed = smooth(floats(1, 2, 3), 0.5);
    expect([...smoothed].map((value) => Number(value.toFixed(5)))).toEqual([1, 1.66667, 2.42857]);
  });

  it('begins at the first value whatever the weight', () => {
    expect(smooth(floats(7, 1), 0.999)[0]).toBeCloseTo(7, 4);
  });

  it('lets values that are not finite through and leaves the average alone', () => {
    const smoothed = smooth(floats(1, NaN, Infinity, 2, 3), 0.5);
    expect(smoothed[1]).toBeNaN();
    expect(smoothed[2]).toBe(Infinity);
    expect(smoothed[4]).toBeCloseTo(2.42857, 5);
  });

  it('touches neither a constant series nor one with weight 0', () => {
    const constant = floats(0.1, 0.1, 0.1);
    const varied = floats(1, 2);
    expect(smooth(constant, 0.9)).toBe(constant);
    expect(smooth(varied, 0)).toBe(varied);
  });

  it('stays between the lowest and the highest value so far', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: 1 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (values, weight) => {
          const smoothed = smooth(Float32Array.from(values), weight);
          return smoothed.every((value, i) => {
            const seen = values.slice(0, i + 1);
            return value >= Math.min(...seen) - 1e-2 && value <= Math.max(...seen) + 1e-2;
          });
        },
      ),
    );
  });
});
