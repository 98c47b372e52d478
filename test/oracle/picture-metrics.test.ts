import { describe, expect, it } from 'vitest';
import { msSsim, msSsimWeights, ssim } from '../../main/engine/media/kinds/picture/similarity';
import { createProgram } from '../../main/engine/tensorflow/graph';
import type { Tensor } from '../../main/engine/tensorflow/native/load';
import * as ops from '../../main/engine/tensorflow/ops';
import { golden } from './golden';

const expected = golden('picture-metrics.npz');

/** The metric of one original beside each of the others. */
function measured(name: string, metric: (a: Tensor, b: Tensor) => Tensor): number[] {
  const shape = expected.shape(`${name}-b`);
  const [count = 0] = shape;
  const original = expected.bytes(`${name}-a`);
  const a = new Uint8Array(count * original.length);
  for (let item = 0; item < count; item++) a.set(original, item * original.length);
  const program = createProgram();
  const feed = { shape, dtype: 'uint8' } as const;
  const run = program.define('metric', { feeds: { a: feed, b: feed } }, (fed) => {
    const [x, y] = [ops.cast(fed.a, 'float32'), ops.cast(fed.b, 'float32')];
    return { found: metric(x, y), same: metric(x, x) };
  });
  const { found, same } = run.run({ a, b: expected.bytes(`${name}-b`) });
  for (const value of same.data) expect(value).toBeCloseTo(1, 5);
  program.dispose();
  return [...found.data];
}

function expectClose(found: readonly number[], wanted: Float32Array): void {
  expect(found).toHaveLength(wanted.length);
  for (const [each, value] of found.entries()) expect(Math.abs(value - wanted[each]!)).toBeLessThan(2e-5);
}

describe('SSIM against scikit-image', () => {
  it.each(['small', 'medium', 'large'])('is the same for %s pictures', (name) => {
    expectClose(measured(name, ssim), expected.floats(`${name}-ssim`));
  });
});

describe('MS-SSIM', () => {
  it('is pytorch-msssim’s where all five scales fit, odd sides included', () => {
    expect(msSsimWeights(177, 176)).toHaveLength(5);
    expectClose(measured('large', msSsim), expected.floats('large-ms-ssim'));
  });

  it('is piq’s with the scales that fit', () => {
    expect(msSsimWeights(48, 44)).toHaveLength(3);
    expectClose(measured('medium', msSsim), expected.floats('medium-ms-ssim'));
  });

  it('has all scales from 161 px on and none below 11 px', () => {
    expect([161, 160, 21, 11, 10].map((side) => msSsimWeights(200, side).length)).toEqual([5, 4, 2, 1, 0]);
    for (const side of [11, 40, 300]) {
      expect(msSsimWeights(side, side).reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 10);
    }
  });
});
