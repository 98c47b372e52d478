import { afterAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../../../../main/engine/tensorflow/graph';
import { random, seedOf } from '../../../../../main/engine/tensorflow/ops';

const program = createProgram();
afterAll(() => program.dispose());
const draws = program.define(
  'draws',
  {
    feeds: {
      run: { shape: [], dtype: 'int32' },
      step: { shape: [], dtype: 'int32' },
      logits: { shape: [3, 4], dtype: 'float32' },
    },
  },
  ({ run, step, logits }) => ({
    normal: random.normal([10_000], seedOf(run, step, 0)),
    other: random.normal([10_000], seedOf(run, step, 1)),
    truncated: random.truncatedNormal([10_000], seedOf(run, step, 2)),
    uniform: random.uniform([10_000], seedOf(run, step, 3)),
    integers: random.uniformInt([10_000], seedOf(run, step, 4), -2, 5),
    classes: random.categorical(logits, seedOf(run, step, 5)),
    gumbel: random.gumbel([10_000], seedOf(run, step, 6)),
  }),
);
const logits = [0, 0, 9e3, 0, 9e3, 0, 0, 0, 0, 0, 0, 9e3];
const at = (step: number, run = 7) => draws.run({ run, step, logits });
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe('stateless draws', () => {
  it('repeat for the same run and step, captured and eager', () => {
    expect(at(3)).toEqual(at(3));
    expect(draws.runEagerly({ run: 7, step: 3, logits })).toEqual(at(3));
  });

  it('differ between steps, runs and streams', () => {
    const [a, b, c] = [at(3), at(4), at(3, 8)];
    expect(a.normal.data).not.toEqual(b.normal.data);
    expect(a.normal.data).not.toEqual(c.normal.data);
    expect(a.normal.data).not.toEqual(a.other.data);
    const correlation = mean(Array.from(a.normal.data, (value, index) => value * a.other.data[index]!));
    expect(Math.abs(correlation)).toBeLessThan(0.05);
  });

  it('have the distributions they are named after', () => {
    const { normal, truncated, uniform, integers, classes, gumbel } = at(1);
    expect(Math.abs(mean(normal.data))).toBeLessThan(0.05);
    expect(mean(Array.from(normal.data, (value) => value * value))).toBeCloseTo(1, 1);
    expect(Math.max(...truncated.data)).toBeLessThan(2.0001);
    expect(mean(uniform.data)).toBeCloseTo(0.5, 1);
    expect([Math.min(...uniform.data) >= 0, Math.max(...uniform.data) < 1]).toEqual([true, true]);
    expect([...new Set(integers.data)].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3, 4]);
    expect([...classes.data]).toEqual([2, 0, 3]);
    // its mean is Euler's constant
    expect(mean(gumbel.data)).toBeCloseTo(0.5772, 1);
    expect([...gumbel.data].every(Number.isFinite)).toBe(true);
  });
});
