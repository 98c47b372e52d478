import { describe, expect, it } from 'vitest';
import {
  EXACT_PSNR,
  createEvaluationAccumulator,
  deadCodes,
  perplexity,
  psnr,
  usage,
} from '../../../../main/engine/metrics';

describe('perplexity', () => {
  it('is the number of codes where all are used alike, and 1 where one is', () => {
    expect(perplexity([5, 5, 5, 5])).toBeCloseTo(4, 6);
    expect(perplexity([0, 9, 0, 0])).toBeCloseTo(1, 6);
  });

  it('lies between for uneven use, and is 0 without any', () => {
    expect(perplexity([3, 1])).toBeCloseTo(Math.exp(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25))), 6);
    expect(perplexity([0, 0])).toBe(0);
  });
});

describe('usage', () => {
  it('counts codes used at least once', () => {
    expect(usage([2, 0, 1, 0])).toBe(0.5);
    expect(deadCodes([2, 0, 1, 0])).toBe(2);
  });
});

describe('PSNR', () => {
  it('is capped for an exact picture, which would be infinite', () => {
    expect(psnr(0)).toBe(EXACT_PSNR);
    expect(psnr(255 ** 2)).toBeCloseTo(0, 10);
  });
});

describe('an evaluation', () => {
  const items = [
    { squaredError: 0.01, pixelError: 650.25, indices: [0, 1] },
    { squaredError: 0.02, pixelError: 65.025, indices: [0, 0] },
    { squaredError: 0.06, pixelError: 6.5025, indices: [3, 1] },
  ];
  const evaluateInBatches = (size: number) => {
    const gathered = createEvaluationAccumulator({ codes: 4, trainVariance: 0.1, codesPerItem: 2 });
    for (let at = 0; at < items.length; at += size) {
      const some = items.slice(at, at + size);
      // What fills a partial batch up must not count.
      const filled = [
        ...some,
        ...Array<(typeof items)[number]>(size - some.length).fill({ squaredError: 9, pixelError: 9, indices: [2, 2] }),
      ];
      gathered.add({
        count: some.length,
        squaredError: filled.map((one) => one.squaredError),
        pixelError: filled.map((one) => one.pixelError),
        indices: Int32Array.from(filled.flatMap((one) => one.indices)),
      });
    }
    return { ...gathered.result(), counts: [...gathered.counts] };
  };

  it('weighs every item alike, whatever batch it came in', () => {
    for (const size of [1, 2, 3, 5]) {
      const found = evaluateInBatches(size);
      expect(found).toMatchObject({ items: 3, usage: 0.75, deadCodes: 1, counts: [3, 2, 0, 1] });
      expect(found.nmse).toBeCloseTo(0.3, 10);
      expect(found.psnr).toBeCloseTo((20 + 30 + 40) / 3, 10);
      expect(found.perplexity).toBeCloseTo(perplexity([3, 2, 0, 1]), 10);
    }
  });
});
