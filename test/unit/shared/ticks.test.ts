import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  along,
  back,
  chooseScale,
  formatTick,
  linearTicks,
  logTicks,
  planAxis,
  spreadOf,
  symlogTicks,
} from '@shared/maths';

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

describe('a scale that is logarithmic on both sides of 0', () => {
  const scale = { kind: 'symlog', unit: 0.01 } as const;

  it('goes there and back for every finite number, keeping order and sign', () => {
    const value = fc
      .tuple(fc.double({ min: -9.99, max: 9.99, noNaN: true }), fc.integer({ min: -31, max: 30 }))
      .map(([digits, power]) => (Math.abs(digits) < 1e-3 ? 0 : digits * 10 ** power));
    fc.assert(
      fc.property(value, value, fc.integer({ min: -31, max: 6 }), (a, b, power) => {
        const one = { kind: 'symlog', unit: 10 ** power } as const;
        const [low, high] = [along(one, Math.min(a, b)), along(one, Math.max(a, b))];
        const again = back(one, along(one, a));
        return low <= high && Math.sign(along(one, a)) === Math.sign(a) && Math.abs(again - a) <= 1e-9 * Math.abs(a);
      }),
    );
    expect([along(scale, 0), back(scale, 0)]).toEqual([0, 0]);
  });

  it('has 0 and powers of ten of both signs as ticks', () => {
    expect(symlogTicks({ kind: 'symlog', unit: 1 }, -5000, 20_000, 9)).toEqual([
      -1000, -100, -10, 0, 10, 100, 1000, 10_000,
    ]);
  });

  it('never has many ticks, nor fewer than two, and 0 among them where it is crossed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -31, max: 31 }),
        fc.integer({ min: -31, max: 31 }),
        fc.integer({ min: -31, max: 0 }),
        (below, above, unit) => {
          const ticks = symlogTicks({ kind: 'symlog', unit: 10 ** unit }, -(10 ** below), 10 ** above, 5);
          return ticks.length >= 2 && ticks.length <= 8 && ticks.includes(0);
        },
      ),
    );
  });
});

describe('the scale of an axis', () => {
  const chosen = (values: number[], prefersLog = true) => chooseScale(spreadOf(values), 'auto', prefersLog).kind;

  it('is logarithmic for a loss above 0, linear for one that crosses 0, symlog where values then lie far apart', () => {
    expect(chosen([10, 1, 0.1])).toBe('log');
    expect(chosen([9080, 4000, -1471, -3639])).toBe('linear');
    expect(chosen([1e31, 5, 0.2, 0, -3])).toBe('symlog');
    expect(chosen([0, 1e-6, 1e-3, 1])).toBe('symlog');
  });

  it('is linear for what is not read by factors, and for what has no finite value', () => {
    expect(chosen([10, 1, 0.1], false)).toBe('linear');
    expect(chosen([NaN, Infinity])).toBe('linear');
    expect(chosen([0, 0])).toBe('linear');
  });

  it('is what a person chooses', () => {
    const spread = spreadOf([-1, 1]);
    expect((['linear', 'log', 'symlog'] as const).map((kind) => chooseScale(spread, kind, true).kind)).toEqual([
      'linear',
      'log',
      'symlog',
    ]);
  });

  it('spans every value, and zero where it must reach there', () => {
    fc.assert(
      fc.property(
        fc.float({ noNaN: true, noDefaultInfinity: true }),
        fc.float({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        (a, b, fromZero) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)];
          const axis = planAxis({ kind: 'linear' }, low, high, { fromZero });
          const slack = 1e-6 * (axis.to - axis.from);
          const reaches = !fromZero || (axis.from <= 0 && axis.to >= 0);
          return (
            axis.from <= low + slack &&
            axis.to >= high - slack &&
            axis.to > axis.from &&
            axis.ticks.length >= 2 &&
            reaches
          );
        },
      ),
    );
    expect(planAxis({ kind: 'linear' }, -3639, 9080).ticks).toEqual([-5000, 0, 5000, 10_000]);
    expect(planAxis({ kind: 'linear' }, -2, -1, { fromZero: true })).toMatchObject({ from: -2, to: 0 });
  });
});

describe('the words of ticks', () => {
  it('are exact and short from 1e-31 to 1e31, of either sign', () => {
    expect([1e31, -1e31, 1e-31, 2e15, 5e9, 20_250, 0, -0, 0.05, 5e-4].map((tick) => formatTick(tick, 'en'))).toEqual([
      '1E31',
      '-1E31',
      '1E-31',
      '2E15',
      '5B',
      '20.25K',
      '0',
      '0',
      '0.05',
      '5E-4',
    ]);
    expect(formatTick(1e31, 'zh-CN')).toBe('1E31');
  });

  it('are short and differ on any axis', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -31, max: 31 }),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        (power, digit, isNegative) => {
          const high = digit * 10 ** power * (isNegative ? -1 : 1);
          const { ticks } = planAxis({ kind: 'linear' }, Math.min(0, high), Math.max(0, high));
          const words = ticks.map((tick) => formatTick(tick, 'en'));
          return new Set(words).size === words.length && words.every((word) => word.length <= 9);
        },
      ),
    );
  });
});
