import { describe, expect, it } from 'vitest';
import { createProgram } from '../../main/engine/tensorflow/graph';
import * as ops from '../../main/engine/tensorflow/ops';
import { tf } from '../../main/engine/tensorflow/native/load';
import { type Input, expectGradients, numbers } from './check';

const scale = (length: number): Input => ({ shape: [length], range: [0.5, 1.5] });

/** Values divided by their own spread change little with any one of them, so differences need a longer step. */
const longer = { step: 8e-3, tolerance: 4e-3 };

describe('normalisation has the right gradients:', () => {
  it('over the last axis, over groups, over the batch', () => {
    const given = { scale: scale(4), offset: { shape: [4] } };
    expectGradients(
      { x: { shape: [3, 5, 4] }, ...given },
      ({ x, scale: s, offset }) => ops.layerNorm(x!, s!, offset!),
      longer,
    );
    expectGradients(
      { x: { shape: [2, 3, 2, 4] }, ...given },
      ({ x, scale: s, offset }) => ops.groupNorm(x!, 2, s!, offset!),
      longer,
    );
    expectGradients(
      { x: { shape: [2, 3, 3, 4] }, ...given },
      ({ x, scale: s, offset }) => ops.batchNorm(x!, s!, offset!).y,
    );
    expectGradients(
      { x: { shape: [5, 4] }, ...given },
      ({ x, scale: s, offset }) => ops.batchNorm(x!, s!, offset!).y,
      longer,
    );
  });

  it('without scale and offset, over any axes', () => {
    for (const axes of [0, [1, 2], [0, 1, 2]]) {
      expectGradients({ x: { shape: [2, 3, 4] } }, ({ x }) => ops.square(ops.standardize(x!, axes, 1e-4)));
    }
  });

  it('mean and variance', () => {
    expectGradients({ x: { shape: [2, 3, 4] } }, ({ x }) => {
      const { mean, variance } = ops.moments(x!, [0, 2], true);
      return ops.add(ops.square(mean), ops.sqrt(variance));
    });
  });

  it('to length 1', () => {
    expectGradients({ x: { shape: [3, 4] } }, ({ x }) => ops.l2Normalize(x!));
    expectGradients({ x: { shape: [3, 4] } }, ({ x }) => ops.l2Normalize(x!, 0));
  });
});

describe('batchNorm', () => {
  it('tells the mean and the biased variance of the batch', () => {
    const program = createProgram();
    const x = numbers(24);
    program.define('f', { feeds: { x: { shape: [12, 2], dtype: 'float32' } } }, (fed) => {
      const { mean, variance } = ops.batchNorm(fed.x, ops.ones([2]), ops.zeros([2]));
      return { mean, variance };
    });
    const { mean, variance } = program.run('f', { x });
    for (const channel of [0, 1]) {
      const values = [...x].filter((_, index) => index % 2 === channel);
      const centre = values.reduce((sum, value) => sum + value, 0) / 12;
      const spread = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / 12;
      expect(mean?.data[channel]).toBeCloseTo(centre, 5);
      expect(variance?.data[channel]).toBeCloseTo(spread, 5);
    }
    program.dispose();
  });
});

describe('dropout', () => {
  const seed = () => tf.tensor1d([3, 7], 'int32');

  it('has the right gradient for the values it kept', () => {
    expectGradients({ x: { shape: [4, 5] } }, ({ x }) => ops.dropout(ops.square(x!), 0.4, seed()));
  });

  it('keeps the share it should and its mean, and repeats for a seed', () => {
    const program = createProgram();
    const feeds = { seed: { shape: [2], dtype: 'int32' } } as const;
    const f = program.define('f', { feeds }, (fed) => ({ y: ops.dropout(ops.ones([100, 100]), 0.25, fed.seed) }));
    const [a, b, c] = [f.run({ seed: [1, 2] }).y.data, f.run({ seed: [1, 2] }).y.data, f.run({ seed: [1, 3] }).y.data];
    const kept = a.filter((value) => value > 0);
    expect(kept.length / a.length).toBeCloseTo(0.75, 1);
    expect(new Set(kept)).toEqual(new Set([Math.fround(1 / 0.75)]));
    expect(b).toEqual(a);
    expect(c).not.toEqual(a);
    program.dispose();
  });
});
