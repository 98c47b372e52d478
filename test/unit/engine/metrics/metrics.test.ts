import { describe, expect, it } from 'vitest';
import { layersOf } from '../../../../shared/specs';
import { createEvaluationAccumulator, deadCodes, perplexity, usage } from '../../../../main/engine/metrics';
import { EXACT_PSNR, psnr } from '../../../../main/engine/media/kinds/picture/psnr';

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
    const layers = layersOf({ levels: [{ axes: [1, 2], depth: 1, codes: 4, dimension: 8 }] });
    const gathered = createEvaluationAccumulator({ layers, trainVariance: 0.1, finish: { psnr } });
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
        measures: {
          kl: filled.map((one) => one.squaredError * 100),
          psnr: filled.map((one) => one.pixelError),
        },
        latents: Int32Array.from(filled.flatMap((one) => one.indices)),
      });
    }
    return { ...gathered.result(), counts: [...gathered.counts] };
  };

  it('weighs every item alike, whatever batch it came in', () => {
    for (const size of [1, 2, 3, 5]) {
      const found = evaluateInBatches(size);
      expect(found).toMatchObject({ items: 3, measures: { usage: 0.75, 'dead-codes': 1 }, counts: [3, 2, 0, 1] });
      expect(found.measures.nmse).toBeCloseTo(0.3, 10);
      expect(found.measures.mse).toBeCloseTo(0.03, 10);
      expect(found.measures.kl).toBeCloseTo(3, 10);
      expect(found.measures.psnr).toBeCloseTo((20 + 30 + 40) / 3, 10);
      expect(found.measures.perplexity).toBeCloseTo(perplexity([3, 2, 0, 1]), 10);
    }
  });

  it('of several layers counts each layer’s codes by themselves, and tells what the model measures', () => {
    const level = (height: number, depth: number, codes: number) => ({ axes: [height, 1], depth, codes, dimension: 1 });
    const layers = layersOf({ levels: [level(1, 1, 2), level(2, 2, 4)] });
    const gathered = createEvaluationAccumulator({ layers, trainVariance: 1 });
    // an item: one code of the coarse level, then two places of two codes of the fine one
    const latents = [
      [1, 0, 3, 1, 3],
      [1, 0, 3, 2, 2],
    ];
    gathered.add({
      count: 2,
      squaredError: [0, 0],
      measures: { elbo: [-3, -5], kl: [1, 2] },
      latents: Int32Array.from([...latents.flat(), 0, 0, 0, 0, 0]),
    });
    const counts = [
      [0, 2],
      [2, 1, 1, 0],
      [0, 0, 1, 3],
    ];
    expect([...gathered.counts]).toEqual(counts.flat());
    const found = gathered.result();
    expect(found.measures.perplexity).toBeCloseTo(counts.reduce((sum, one) => sum + perplexity(one), 0) / 3, 10);
    expect(found).toMatchObject({ measures: { usage: 1 - 4 / 10, 'dead-codes': 4, elbo: -4, kl: 1.5 } });
  });

  it('of a model without codes says nothing of codes', () => {
    const gathered = createEvaluationAccumulator({ layers: [], trainVariance: 1 });
    gathered.add({ count: 1, squaredError: [1], measures: {}, latents: Float32Array.of(0.5, 2) });
    expect(Object.keys(gathered.result().measures)).toEqual(['nmse', 'mse']);
    expect(gathered.counts).toHaveLength(0);
  });
});
