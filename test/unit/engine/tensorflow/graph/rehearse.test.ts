import { afterAll, describe, expect, it } from 'vitest';
import { type Program, createProgram } from '../../../../../main/engine/tensorflow/graph';
import { tf } from '../../../../../main/engine/tensorflow/native/load';
import * as ops from '../../../../../main/engine/tensorflow/ops';

const programs: Program[] = [];
afterAll(() => programs.forEach((program) => program.dispose()));

function make() {
  const program = createProgram();
  programs.push(program);
  let drawn = 0;
  const weight = program.variable('weight', {
    shape: [4, 2],
    initialiser: (shape) => {
      drawn += 1;
      return tf.ones([...shape]);
    },
  });
  return { program, weight, drawn: () => drawn };
}
const feeds = { x: { shape: [3, 4], dtype: 'float32' } } as const;

describe('a rehearsal', () => {
  it('tells shapes without drawing a variable’s first value, which is drawn once when it is asked for', () => {
    const { program, weight, drawn } = make();
    expect(program.rehearse(feeds, ({ x }) => ops.matMul(x, weight.read()).shape)).toEqual([3, 2]);
    expect(program.rehearse(feeds, ({ x }) => x.shape)).toEqual([3, 4]);
    expect(drawn()).toBe(0);
    expect([...program.read().weight!.data]).toEqual(Array(8).fill(1));
    program.read();
    expect(drawn()).toBe(1);
  });

  it('refuses what does not fit, by the name of the op', () => {
    const { program, weight } = make();
    expect(() => program.rehearse(feeds, ({ x }) => ops.matMul(weight.read(), x).shape)).toThrow(/MatMul|4/);
  });
});

describe('a function of many more nodes than TensorFlow is given at once', () => {
  it('computes the same captured as kernel by kernel: shapes from values and from reads far back', () => {
    const { program, weight } = make();
    const long = program.define('long', { feeds }, ({ x }) => {
      const first = ops.matMul(x, weight.read());
      let y = first;
      for (let each = 0; each < 400; each++) y = ops.add(ops.mul(y, 0.99), 0.01);
      const [a, b] = ops.split(x, 2, 1);
      const wide = ops.concat([y, ops.reshape(first, [3, 2]), a!, b!], 1);
      return { y: ops.matMul(wide, ops.concat([weight.read(), weight.read()], 0)) };
    });
    const x = Float32Array.from({ length: 12 }, (_, each) => each / 7);
    const [captured, eager] = [long.run({ x }), long.runEagerly({ x })];
    expect(captured.y.shape).toEqual([3, 2]);
    captured.y.data.forEach((value, each) => expect(value).toBeCloseTo(eager.y.data[each]!, 4));
  });
});
