import { afterAll, describe, expect, it } from 'vitest';
import { hyper, stepScalar, stepScalars } from '../../../../main/engine/nn';
import { type Program, createProgram, item } from '../../../../main/engine/tensorflow/graph';
import * as ops from '../../../../main/engine/tensorflow/ops';

const programs: Program[] = [];
afterAll(() => programs.forEach((program) => program.dispose()));

function make() {
  const program = createProgram();
  programs.push(program);
  const fixed = hyper(program, 'fixed', 3);
  const rising = hyper(program, 'rising', { kind: 'linear', from: 0, to: 1, over: null, warmup: 0 });
  const square = stepScalar(program, 'square', (step) => step ** 2);
  const scalars = stepScalars(program);
  const model = () => ops.add(ops.mul(ops.scalar(100), rising()), ops.mul(ops.scalar(1), square()));
  return { program, fixed, rising, scalars, model };
}

describe('a hyper-parameter', () => {
  it('is fed to every call of one captured step, and takes its value of that step', () => {
    const { program, scalars, model } = make();
    const step = program.define('step', { feeds: { numbers: scalars.feed } }, ({ numbers }) => ({
      value: scalars.within(numbers, model),
    }));
    for (const at of [1, 4, 10])
      expect(item(step.run({ numbers: scalars.valuesAt(at, 10) }).value)).toBeCloseTo(10 * at + at ** 2, 4);
  });

  it('is a plain number where it is constant, and what its schedule begins with outside of a training step', () => {
    const { fixed, rising, scalars } = make();
    expect(fixed()).toBe(3);
    expect(rising()).toBe(0);
    expect(scalars.feed.shape).toEqual([2]);
  });

  it('is told by name if it has a schedule, and only then', () => {
    expect(make().scalars.scheduledAt(5, 10)).toEqual({ rising: 0.5 });
  });

  it('has a name of its own', () => {
    const { program } = make();
    expect(() => stepScalar(program, 'square', () => 1)).toThrow('already has a number "square"');
  });
});
