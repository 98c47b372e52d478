import { evaluationSchema } from '../../../../shared/contract';
import { describe, expect, it } from 'vitest';
import { modelSchema } from '../../../../shared/specs';
import type { HostTensor } from '../../../../main/engine/tensorflow/graph';
import {
  hintFor,
  requireFinite,
  requireFiniteEvaluation,
  requireFiniteState,
} from '../../../../main/engine/training/not-finite';

const tensor = (...values: number[]): HostTensor => ({
  data: Float32Array.from(values),
  shape: [values.length],
  dtype: 'float32',
});
const sound = { loss: 1, terms: { reconstruction: 1 }, metrics: { nmse: 1, perplexity: 2 } };
const evaluation = evaluationSchema.parse({
  split: 'test' as const,
  step: 7,
  items: 4,
  nmse: 0.1,
  psnr: 20,
  perplexity: 2,
  usage: 1,
  deadCodes: 0,
  measures: {},
});

describe('a run that diverges', () => {
  it('stops at the step and names the term, and says what can still be had', () => {
    const wrong = { ...sound, terms: { reconstruction: Infinity } };
    expect(() => requireFinite(5, wrong, () => 4)).toThrowError(
      expect.objectContaining({
        code: 'NOT_FINITE',
        message: expect.stringMatching(/step 5 .*“reconstruction” became infinite/) as string,
        hint: expect.stringMatching(/new run with a lower learning rate.*step 4/) as string,
      }),
    );
    expect(() => requireFinite(5, sound, () => 4)).not.toThrow();
  });

  it('is not written down: a checkpoint with a weight that is no number is refused, naming it', () => {
    expect(() => requireFiniteState(3, { good: tensor(1, 2), 'decoder/kernel': tensor(0, NaN) })).toThrowError(
      /step 3 .*“decoder\/kernel” are no longer finite/,
    );
    expect(() => requireFiniteState(3, { good: tensor(1, -2e16) })).not.toThrow();
  });

  it('is seen in its evaluation too', () => {
    expect(() => requireFiniteEvaluation({ ...evaluation, score: { ...evaluation.score, value: NaN } })).toThrowError(
      /evaluation at step 7/,
    );
    expect(() => requireFiniteEvaluation(evaluation)).not.toThrow();
  });

  it('hears no word of learning rates where the kind of model has none', () => {
    const thrown = (): unknown => {
      try {
        return requireFinite(1, { ...sound, loss: NaN }, () => undefined);
      } catch (error) {
        return error;
      }
    };
    const hintOf = (kind: string): unknown => (hintFor(modelSchema.parse({ kind }), thrown()) as { hint: string }).hint;
    for (const kind of ['vq-vae', 'ae', 'gpt', 'made']) expect(hintOf(kind), kind).toMatch(/lower learning rate/);
    for (const kind of ['pca', 'gaussian', 'mixture']) expect(hintOf(kind), kind).not.toMatch(/learning rate|warm-up/);
  });
});
