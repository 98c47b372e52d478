import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearTicks, logTicks } from '@/charts/ticks';

describe('ticks of a logarithmic axis', () => {
  it('are powers of ten over many decades, thinned where there are too many', () => {
    expect(logTicks(0.01, 100, 5)).toEqual([0.01, 0.1, 1, 10, 100]);
    expect(logTicks(1e-9, 1, 5).length).toBeLessThanOrEqual(5);
  });

  it('are 1, 2, 5 within a decade or two', () => {
    expect(logTicks(0.08, 1, 5)).toEqual([0.1, 0.2, 0.5, 1]);
  });

  it('are round numbers where the range is narrow', () => {
    expect(logTicks(0.31, 0.39, 5)).toEqual([0.32, 0.34, 0.36, 0.38]);
  });

  it('are never missing, never outside, never too many', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -8, max: 8, noNaN: true }),
        fc.double({ min: 0.01, max: 9, noNaN: true }),
        (exponent, decades) => {
          const [from, to] = [10 ** exponent, 10 ** (exponent + decades)];
          const ticks = logTicks(from, to, 6);
          return (
            ticks.length >= 1 &&
            ticks.length <= 7 &&
            ticks.every((tick) => tick >= from * 0.999999 && tick <= to * 1.000001)
          );
        },
      ),
    );
  });
});

describe('ticks of a plain axis', () => {
  it('are round and evenly apart', () => {
    expect(linearTicks(0, 1000, 5)).toEqual([0, 200, 400, 600, 800, 1000]);
  });
});
