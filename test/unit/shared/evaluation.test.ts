import { describe, expect, it } from 'vitest';
import { evaluationSchema } from '@shared/contract';
import { betterOf, inOrder, scoreIn } from '@shared/metrics';

describe('an evaluation', () => {
  it('of an earlier version had fields for some measures, and no score', () => {
    const old = { split: 'test', step: 3, items: 9, nmse: 0.25, psnr: 20, perplexity: null, usage: null, deadCodes: 4 };
    expect(evaluationSchema.parse({ ...old, measures: { ssim: 0.5 } })).toEqual({
      split: 'test',
      step: 3,
      items: 9,
      score: { name: 'nmse', value: 0.25, better: 'less' },
      measures: { nmse: 0.25, psnr: 20, 'dead-codes': 4, ssim: 0.5 },
    });
    const prior = { ...old, nmse: null, psnr: null, measures: { 'nats-uniform': 6, 'nats-in-rounds-8': 5 } };
    expect(evaluationSchema.parse(prior).score).toEqual({ name: 'nats-in-rounds-8', value: 5, better: 'less' });
  });

  it('of this version is left as it is', () => {
    const now = { split: 'test', step: 3, items: 9, score: scoreIn({ nmse: 1 }), measures: { nmse: 1 } };
    expect(evaluationSchema.parse(now)).toEqual(now);
  });
});

describe('measures', () => {
  it('stand in the order of tables, those that nobody knows behind', () =>
    expect(inOrder(['zeta', 'alpha', 'psnr', 'nmse'])).toEqual(['nmse', 'psnr', 'alpha', 'zeta']));

  it.each([
    ['psnr', 'more'],
    ['fid-like', 'less'],
    ['nats-in-rounds-4', 'less'],
    ['iwae-50', 'more'],
    ['active-units', null],
  ])('%s: %s is better', (name, better) => expect(betterOf(name)).toBe(better));
});
