import { afterEach, describe, expect, it } from 'vitest';
import {
  type Program,
  type Variable,
  assign,
  assignAdd,
  constant,
  createProgram,
  gradients,
} from '../../../../../main/engine/tensorflow/graph';
import { type Tensor, backend, tf } from '../../../../../main/engine/tensorflow/native/load';
import * as ops from '../../../../../main/engine/tensorflow/ops';

const open: Program[] = [];
afterEach(() => {
  for (const program of open.splice(0)) program.dispose();
});

/** Captures one function of a variable `w` [2]; gives the error's code and message. */
function capture(body: (w: Variable, program: Program) => Record<string, Tensor>): string {
  const program = createProgram();
  open.push(program);
  const initial = tf.tensor1d([1, 2]);
  const w = program.variable('w', initial);
  initial.dispose();
  program.define('f', { feeds: {} }, () => body(w, program));
  try {
    program.run('f', {});
    return 'captured';
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
}

describe('capturing refuses', () => {
  it('reading values, naming the op they come from', () => {
    expect(capture((w) => ({ y: tf.scalar(ops.exp(w.read()).dataSync()[0]!) }))).toMatch(
      /^CAPTURE: "f" reads the values of f\/Exp_\d+/,
    );
    expect(capture((w) => ({ y: tf.tensor(w.read().arraySync()) }))).toMatch(
      /^CAPTURE: "f" reads the values of f\/reads\/w/,
    );
  });

  it('reading values later, even when nobody waits for them', () => {
    expect(
      capture((w) => {
        void ops
          .exp(w.read())
          .data()
          .catch(() => undefined);
        return { y: w.read() };
      }),
    ).toMatch(/^CAPTURE: "f" reads the values of f\/Exp/);
  });

  it('reading values in a try block', () => {
    expect(
      capture((w) => {
        try {
          w.read().dataSync();
        } catch {
          // A function that thinks it can live with it.
        }
        return { y: w.read() };
      }),
    ).toMatch(/^CAPTURE: "f" reads/);
  });

  it('asynchronous functions and results that are no tensors', () => {
    expect(capture((async () => ({})) as never)).toMatch(/^CAPTURE: "f" is asynchronous/);
    expect(capture((() => ({ y: 3 })) as never)).toMatch(/^CAPTURE: "f" returns something as "y"/);
    expect(capture(() => ({}))).toMatch(/^CAPTURE: "f" returns nothing/);
  });

  it("randomness from JavaScript, seeded or not, and TensorFlow's generators with state", () => {
    expect(capture((w) => ({ y: ops.mul(w.read(), Math.random()) }))).toMatch(/^CAPTURE: "f" calls Math.random/);
    expect(capture((w) => ({ y: ops.add(w.read(), tf.randomNormal([2], 0, 1, 'float32', 7)) }))).toMatch(
      /^CAPTURE: "f" calls tf.randomNormal/,
    );
    expect(capture((w) => ({ y: tf.dropout(w.read(), 0.5) }))).toMatch(/^CAPTURE: "f" calls tf.dropout/);
    const dtype = { name: 'dtype', type: backend.binding.TF_ATTR_TYPE, value: 1 };
    expect(
      capture(() => ({ y: backend.executeSingleOutput('RandomUniform', [dtype], [tf.tensor1d([2], 'int32')]) })),
    ).toMatch(/^CAPTURE: "f" calls RandomUniform, which has hidden state/);
    expect(capture((w) => ({ y: tf.multinomial(w.read() as never, 1) }))).toMatch(/^CAPTURE: "f" calls tf.multinomial/);
  });

  it('a tensor made outside, unless constant() says it never changes', () => {
    const outside = tf.tensor1d([3, 4]);
    expect(capture((w) => ({ y: ops.add(w.read(), outside) }))).toMatch(
      /^CAPTURE: "f" uses a tensor \[2\] in Add\w* that was made outside/,
    );
    expect(capture((w) => ({ y: ops.add(w.read(), constant(outside)) }))).toBe('captured');
    outside.dispose();
  });

  it('a large constant, but not a uniform one', () => {
    const large = Float32Array.from({ length: 20_000 }, (_, index) => index);
    expect(capture((w) => ({ y: ops.add(ops.sum(w.read()), constant(large)) }))).toMatch(
      /^CAPTURE: "f" would bake a constant of 80000 bytes/,
    );
    expect(capture((w) => ({ y: ops.add(ops.sum(w.read()), ops.ones([20_000])) }))).toBe('captured');
  });

  it('a second update of a variable, and values of another shape', () => {
    expect(
      capture((w) => {
        assign(w, ops.zeros([2]));
        assignAdd(w, ops.ones([2]));
        return { y: w.read() };
      }),
    ).toMatch(/^CAPTURE: "f" updates "w" twice/);
    expect(
      capture((w) => {
        assign(w, ops.zeros([3]));
        return { y: w.read() };
      }),
    ).toMatch(/^CAPTURE: assign: "w" is float32 \[2\], the value float32 \[3\]/);
  });

  it('a gradient that does not exist, naming the variable', () => {
    expect(
      capture((w, program) => {
        void program;
        return gradients(() => ({ loss: ops.sum(ops.stopGradient(w.read())) }), [w]).value;
      }),
    ).toMatch(/^CAPTURE: The loss doesn't depend on "w"/);
  });

  it('variables of another program and new variables', () => {
    const other = createProgram();
    open.push(other);
    const theirs = other.variable('theirs', { shape: [2] });
    expect(capture((w) => ({ y: ops.add(w.read(), theirs.read()) }))).toMatch(
      /^CAPTURE: "f" uses "theirs", a variable of another program/,
    );
    expect(capture((_w, program) => ({ y: program.variable('late', { shape: [2] }).read() }))).toMatch(
      /^CAPTURE: "late" can't be added while "f" runs/,
    );
  });

  it('and leaves tfjs as it was', () => {
    const tensors = tf.memory().numTensors;
    const random = Math.random;
    capture((w) => ({ y: tf.scalar(w.read().dataSync()[0]!) }));
    open.splice(0).forEach((program) => program.dispose());
    expect(Math.random).toBe(random);
    expect(tf.memory().numTensors).toBe(tensors);
    const drawn = tf.tidy(() => tf.randomNormal([3]).dataSync());
    expect(drawn).toHaveLength(3);
  });
});

describe('running refuses', () => {
  const program = () => {
    const created = createProgram();
    open.push(created);
    created.variable('w', tf.tensor1d([1, 2]));
    created.define(
      'f',
      { feeds: { x: { shape: [2], dtype: 'float32' }, n: { shape: [], dtype: 'int32' } } },
      ({ x, n }) => ({ y: ops.mul(x!, ops.cast(n!, 'float32')) }),
    );
    return created;
  };

  it('feeds that are missing, too long or of another type, naming them', () => {
    const p = program();
    expect(() => p.run('f', { x: [1, 2] })).toThrow(/expects n as int32 \[\] \(1 values\), but it is missing/);
    expect(() => p.run('f', { x: [1, 2, 3], n: 1 })).toThrow(/expects x as float32 \[2\] \(2 values\), not 3/);
    expect(() => p.run('f', { x: new Int32Array(2), n: 1 })).toThrow(
      /expects x as float32 \[2\] \(2 values\), not a Int32Array/,
    );
    expect([...p.run('f', { x: [1, 2], n: 3 }).y!.data]).toEqual([3, 6]);
  });

  it('variables that do not exist or do not fit, and changes nothing then', () => {
    const p = program();
    for (const prepare of [() => undefined, () => p.compile()]) {
      prepare();
      expect(() => p.load({ w: new Float32Array([5, 6]), v: new Float32Array(1) })).toThrow(/no variable "v"/);
      expect(() => p.load({ w: new Float32Array(3) })).toThrow(
        /"w" is float32 \[2\] \(2 values\), not Float32Array of 3/,
      );
      expect(() => p.load({ w: { data: new Float32Array(2), shape: [1, 2], dtype: 'float32' } })).toThrow(
        /"w" is float32 \[2\]/,
      );
      expect([...p.read().w!.data]).toEqual([1, 2]);
    }
  });
});
