import { describe, expect, it } from 'vitest';
import { generator } from '../../../../main/engine/numerics/random';
import { cellsInOrder } from '../../../../main/engine/studio/cell-orders';
import { nearestBetween, neighbourDraws } from '../../../../main/engine/studio/neighbours';
import { lerp, slerp } from '../../../../main/engine/studio/vector-paths';

describe('orders in which cells are swapped', () => {
  const grid = { height: 5, width: 7 };

  it.each(['random', 'patches', 'rows', 'wipe', 'centre'] as const)('go through every cell once (%s)', (order) => {
    const cells = cellsInOrder(order, grid, 3);
    expect([...cells].sort((a, b) => a - b)).toEqual([...Array(35).keys()]);
    expect(cellsInOrder(order, grid, 3)).toEqual(cells);
  });

  it('go row by row, column by column, and from the middle', () => {
    expect(cellsInOrder('rows', grid, 1).slice(0, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(cellsInOrder('wipe', grid, 1).slice(0, 6)).toEqual([0, 7, 14, 21, 28, 1]);
    expect(cellsInOrder('centre', grid, 1)[0]).toBe(2 * 7 + 3);
    expect(new Set(cellsInOrder('centre', grid, 1).slice(-4))).toEqual(new Set([0, 6, 28, 34]));
  });

  it('differ by the seed where chance has a say, and patches hang together', () => {
    for (const order of ['random', 'patches'] as const)
      expect(cellsInOrder(order, grid, 2)).not.toEqual(cellsInOrder(order, grid, 3));
    const large = { height: 16, width: 16 };
    const steps = (order: 'random' | 'patches') => {
      const first = new Set(cellsInOrder(order, large, 4).slice(0, 64));
      return [...first].filter((cell) => cell % 16 < 15 && first.has(cell + 1)).length;
    };
    expect(steps('patches')).toBeGreaterThan(2 * steps('random'));
  });
});

describe('ways between two vectors', () => {
  const [a, b] = [Float32Array.of(3, 0, 0), Float32Array.of(0, 1, 0)];

  it('is a straight line, or an arc whose radius goes over', () => {
    expect([...lerp(a, b, 0.5)]).toEqual([1.5, 0.5, 0]);
    const middle = slerp(a, b, 0.5);
    expect(Math.hypot(...middle)).toBeCloseTo(2, 5);
    expect(middle[0]).toBeCloseTo(middle[1]!, 5);
    for (const share of [0.1, 0.3, 0.9]) {
      const [x, y] = slerp(a, b, share);
      expect(Math.atan2(y!, x!)).toBeCloseTo((share * Math.PI) / 2, 5);
    }
  });

  it('begins and ends at the two, and is straight where there is no arc', () => {
    const close = (found: Float32Array, wanted: Float32Array) =>
      found.forEach((value, at) => expect(value).toBeCloseTo(wanted[at]!, 6));
    close(slerp(a, b, 0), a);
    close(slerp(a, b, 1), b);
    const opposite = a.map((value) => -value);
    close(slerp(a, opposite, 0.25), lerp(a, opposite, 0.25));
    close(slerp(a, new Float32Array(3), 0.5), lerp(a, new Float32Array(3), 0.5));
    close(slerp(a, a, 0.5), a);
  });
});

describe('codes near others', () => {
  const line = { values: Float32Array.of(0, 1, 2.5, 6, 6), dimension: 1 };

  it('lie on the way from one code to another', () => {
    expect([0, 0.1, 0.2, 0.4, 0.8, 1].map((share) => nearestBetween(line, 0, 3, share))).toEqual([0, 1, 1, 2, 3, 3]);
    // of two codes with one vector, that which is gone to
    expect(nearestBetween(line, 0, 4, 0.9)).toBe(4);
    expect(nearestBetween(line, 2, 2, 0.5)).toBe(2);
  });

  it('are never the code itself, nearer ones more often, and farther ones the more the higher the temperature', () => {
    const drawn = (temperature: number) => {
      const random = generator(7);
      const draw = neighbourDraws(line, temperature);
      const counts = new Map<number, number>();
      for (let n = 0; n < 2000; n++) {
        const code = draw(1, random);
        counts.set(code, (counts.get(code) ?? 0) + 1);
      }
      return (code: number) => counts.get(code) ?? 0;
    };
    const usual = drawn(1);
    expect(usual(1)).toBe(0);
    // squared distances 1 and 2.25: e^1.25 times as often
    expect(usual(0) / usual(2)).toBeGreaterThan(3);
    expect(usual(0) / usual(2)).toBeLessThan(4);
    expect(drawn(0.05)(0)).toBe(2000);
    expect(drawn(100)(3)).toBeGreaterThan(300);
  });

  it('is the code itself where no other differs', () => {
    expect(neighbourDraws({ values: Float32Array.of(2, 2), dimension: 1 }, 1)(0, () => 0.5)).toBe(0);
  });
});
