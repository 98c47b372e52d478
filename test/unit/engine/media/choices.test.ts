import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSampler } from '../../../../main/engine/media/import/sampler';
import { chooseShape } from '../../../../main/engine/media/kinds/picture/import/shape';
import { seededSplit } from '../../../../main/engine/media/import/split';
import { importOptionsSchema } from '../../../../shared/specs/dataset';
import { optionsOf } from './fixtures';

describe('seededSplit', () => {
  const split = (seed: number, fraction: number, count: number): number[] => {
    const splitOf = seededSplit(seed, fraction, count);
    return Array.from({ length: count }, (_, i) => i).filter((i) => splitOf(i) === 'test');
  };

  it('holds out the share that was asked for, spread over the whole sequence', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 - 1 }),
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        fc.integer({ min: 2, max: 3000 }),
        (seed, fraction, count) => {
          const test = split(seed, fraction, count);
          expect(test.length).toBeGreaterThanOrEqual(1);
          expect(test).not.toContain(0);
          expect(Math.abs(test.length - count * fraction)).toBeLessThanOrEqual(1.5);
          const longest = Math.max(...test.map((at, i) => at - (test[i - 1] ?? 0)));
          expect(longest).toBeLessThanOrEqual(Math.ceil(2 / Math.min(fraction, 0.5)) + 1);
        },
      ),
    );
  });

  it('is the same for the same seed and another for another', () => {
    expect(split(5, 0.1, 500)).toEqual(split(5, 0.1, 500));
    expect(split(5, 0.1, 500)).not.toEqual(split(6, 0.1, 500));
  });

  it('leaves a single item to train on', () => {
    expect(split(1, 0.5, 1)).toEqual([]);
  });
});

describe('chooseShape', () => {
  const sample = (width: number, height: number, grey = false): { width: number; height: number; grey: boolean } => ({
    width,
    height,
    grey,
  });

  it('keeps the size that all pictures share', () => {
    expect(chooseShape(optionsOf(), [sample(28, 24), sample(28, 24)]).signal).toMatchObject({ height: 24, width: 28 });
  });

  it('chooses a square near the median when sizes differ or are out of range', () => {
    expect(chooseShape(optionsOf(), [sample(500, 400), sample(900, 300)]).signal).toMatchObject({
      height: 128,
      width: 128,
    });
    expect(chooseShape(optionsOf(), [sample(60, 80), sample(70, 90)]).signal).toMatchObject({ height: 64, width: 64 });
    expect(chooseShape(optionsOf(), [sample(8, 8)]).signal).toMatchObject({ height: 32, width: 32 });
  });

  it('obeys the options; one side alone means a square', () => {
    expect(chooseShape(optionsOf({ height: 48, width: 64 }), [sample(28, 28)]).signal).toMatchObject({
      height: 48,
      width: 64,
    });
    expect(chooseShape(optionsOf({ width: 40 }), [sample(28, 28)]).signal).toMatchObject({ height: 40, width: 40 });
  });

  it('is grey only when every sample is, unless told', () => {
    expect(chooseShape(optionsOf(), [sample(28, 28, true), sample(28, 28, true)]).signal.channels).toBe(1);
    expect(chooseShape(optionsOf(), [sample(28, 28, true), sample(28, 28)]).signal.channels).toBe(3);
    expect(chooseShape(optionsOf({ colour: 'rgb' }), [sample(28, 28, true)]).signal.channels).toBe(3);
    expect(chooseShape(optionsOf({ colour: 'grey' }), [sample(28, 28)]).signal.channels).toBe(1);
  });
});

describe('createSampler', () => {
  it('keeps an even spread of bounded size, however long the sequence', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), (length) => {
        const sampler = createSampler<number>(64);
        for (let i = 0; i < length; i++) if (sampler.wants()) sampler.keep(i);
        const kept = sampler.kept();
        expect(kept.length).toBeLessThanOrEqual(65);
        expect(kept.length).toBeGreaterThanOrEqual(Math.min(length, 32));
        const steps = new Set(kept.slice(1).map((at, i) => at - kept[i]!));
        expect(steps.size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 50 },
    );
  });
});

it('options of a dataset from before pages and encodings could be chosen are still read', () => {
  const old = { height: 32, width: 32, fit: 'crop', colour: 'auto', background: 'white', testFraction: 0.1, seed: 1 };
  expect(importOptionsSchema.parse(old)).toEqual({ ...old, range: 'auto', frames: 'first', nameEncoding: 'auto' });
});
