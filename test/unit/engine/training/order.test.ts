import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { augmentationBits, createOrder } from '../../../../main/engine/training/data/order';

describe('the order of items', () => {
  it('is a permutation of all items in every epoch, for any seed and number', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 - 1 }),
        fc.integer({ min: 1, max: 700 }),
        fc.nat(50),
        (seed, count, epoch) => {
          const order = createOrder(seed, count);
          const seen = new Set(Array.from({ length: count }, (_, at) => order(epoch * count + at)));
          expect(seen.size).toBe(count);
          expect(Math.max(...seen)).toBeLessThan(count);
        },
      ),
    );
  });

  it('differs between epochs and seeds, and repeats for the same ones', () => {
    const take = (seed: number, epoch: number) =>
      Array.from({ length: 100 }, (_, at) => createOrder(seed, 100)(epoch * 100 + at));
    expect(take(1, 0)).toEqual(take(1, 0));
    expect(take(1, 0)).not.toEqual(take(1, 1));
    expect(take(1, 0)).not.toEqual(take(2, 0));
  });

  it('can be asked for any position at once, also with a million items', () => {
    const order = createOrder(5, 1_000_000);
    const late = order(123_456_789_012);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(1_000_000);
    expect(createOrder(5, 1_000_000)(123_456_789_012)).toBe(late);
  });

  it('is well mixed: where an item comes says nothing about which it is', () => {
    const count = 20_000;
    const order = createOrder(3, count);
    // Pearson's correlation of place and item, and of neighbours.
    const values = Array.from({ length: count }, (_, at) => order(at));
    const correlation = (a: number[], b: number[]) => {
      const mean = (count - 1) / 2;
      const dot = (x: number[], y: number[]) =>
        x.reduce((sum, value, index) => sum + (value - mean) * (y[index]! - mean), 0);
      return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    };
    expect(Math.abs(correlation(values, Array.from(values.keys())))).toBeLessThan(0.03);
    expect(Math.abs(correlation(values, [...values.slice(1), values[0]!]))).toBeLessThan(0.03);
  });
});

describe('flips', () => {
  it('mirror about half of the slots, differently from step to step', () => {
    const flips = (step: number) =>
      Array.from({ length: 64 }, (_, slot) => (augmentationBits(9, step, slot) & 1) === 1);
    const share =
      Array.from({ length: 200 }, (_, step) => flips(step))
        .flat()
        .filter(Boolean).length / 12_800;
    expect(share).toBeGreaterThan(0.47);
    expect(share).toBeLessThan(0.53);
    expect(flips(1)).not.toEqual(flips(2));
    expect(flips(1)).toEqual(flips(1));
  });
});
