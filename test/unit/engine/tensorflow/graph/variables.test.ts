import { afterEach, describe, expect, it } from 'vitest';
import { type Program, assign, assignAdd, assignSub, createProgram } from '../../../../../main/engine/tensorflow/graph';
import { glorotUniform } from '../../../../../main/engine/nn';
import { tf } from '../../../../../main/engine/tensorflow/native/load';
import * as ops from '../../../../../main/engine/tensorflow/ops';

const open: Program[] = [];
function program(seed = 1): Program {
  const created = createProgram({ seed });
  open.push(created);
  return created;
}
afterEach(() => {
  for (const one of open.splice(0)) one.dispose();
});

describe('reads and updates', () => {
  it('reads see the value from before the call, wherever in the function they stand', () => {
    const p = program();
    const n = p.variable('n', tf.scalar(10));
    const copy = p.variable('copy', tf.scalar(0));
    const f = p.define('f', { feeds: {} }, () => {
      const before = ops.add(n.read(), 0);
      assign(n, ops.add(n.read(), 5));
      assign(copy, n.read());
      return { before, after: ops.add(n.read(), 0) };
    });
    for (const run of [() => f.run({}), () => f.runEagerly({})]) {
      p.load({ n: Float32Array.of(10), copy: Float32Array.of(0) });
      const out = run();
      expect([out.before.data[0], out.after.data[0]]).toEqual([10, 10]);
      expect(p.read()).toMatchObject({ n: { data: Float32Array.of(15) }, copy: { data: Float32Array.of(10) } });
    }
  });

  it('updates happen whichever outputs are fetched, and once a call', () => {
    const p = program();
    const n = p.variable('n', tf.scalar(0));
    const m = p.variable('m', tf.scalar(0));
    const f = p.define('f', { feeds: { x: { shape: [], dtype: 'float32' } } }, ({ x }) => {
      assignAdd(n, x);
      assignSub(m, x);
      return { x, constant: ops.scalar(3), twice: ops.mul(x, 2) };
    });
    f.run({ x: 1 });
    f.run({ x: 2 }, ['x']);
    expect(Object.keys(f.run({ x: 4 }, ['constant', 'twice']))).toEqual(['constant', 'twice']);
    expect(p.read()).toMatchObject({ n: { data: Float32Array.of(7) }, m: { data: Float32Array.of(-7) } });
  });

  it('a swap of two variables works, since both read before either writes', () => {
    const p = program();
    const a = p.variable('a', tf.tensor1d([1, 2, 3]));
    const b = p.variable('b', tf.tensor1d([4, 5, 6]));
    const swap = p.define('swap', { feeds: {} }, () => {
      assign(a, b.read());
      assign(b, a.read());
      return { sum: ops.sum(a.read()) };
    });
    for (let turn = 1; turn <= 51; turn++) expect(swap.run({}).sum.data[0]).toBe(turn % 2 === 1 ? 6 : 15);
    expect([[...p.read().a!.data], [...p.read().b!.data]]).toEqual([
      [4, 5, 6],
      [1, 2, 3],
    ]);
  });

  it('a variable keeps a copy of what was fed or loaded: the array stays its owner’s', () => {
    const p = program();
    const kept = p.variable('kept', { shape: [4096] });
    const f = p.define('keep', { feeds: { x: { shape: [4096], dtype: 'float32' } } }, ({ x }) => {
      assign(kept, ops.reshape(x, [4096]));
      return { first: ops.slice(x, [0], [1]) };
    });
    const array = new Float32Array(4096).fill(1);
    f.run({ x: array });
    array.fill(2);
    expect(new Set(p.read().kept!.data)).toEqual(new Set([1]));
    p.load({ kept: array });
    array.fill(3);
    expect(new Set(p.read().kept!.data)).toEqual(new Set([2]));
  });
});

describe('a program that grows', () => {
  it('keeps its values when functions and variables are added after it has run', () => {
    const p = program();
    const n = p.variable('n', tf.scalar(1));
    const add = p.define('add', { feeds: {} }, () => {
      assignAdd(n, ops.scalar(1));
      return { n: n.read() };
    });
    add.run({});
    const m = p.variable('m', { shape: [2], dtype: 'int32' });
    const both = p.define('both', { feeds: {} }, () => ({
      sum: ops.add(n.read(), ops.cast(ops.sum(m.read()), 'float32')),
    }));
    p.load({ m: Int32Array.of(10, 20) });
    expect(both.run({}).sum.data[0]).toBe(32);
    add.run({});
    expect(both.run({}).sum.data[0]).toBe(33);
  });

  it('runs one function at several batch sizes under several names', () => {
    const p = program();
    const w = p.variable('w', tf.scalar(2));
    const sizes = [1, 3].map((batch) =>
      p.define(`double-${batch}`, { feeds: { x: { shape: [batch], dtype: 'float32' } } }, ({ x }) => ({
        y: ops.mul(x, w.read()),
      })),
    );
    expect(sizes.map((f, index) => [...f.run({ x: new Float32Array([1, 3][index]!).fill(1) }).y.data])).toEqual([
      [2],
      [2, 2, 2],
    ]);
  });
});

describe('values', () => {
  it('first ones depend on seed and name, not on the order of creation', () => {
    const draw = (seed: number, names: string[]) => {
      const p = program(seed);
      for (const name of names) p.variable(name, { shape: [3, 4], initialiser: glorotUniform() });
      return p.read();
    };
    const [a, b, c] = [draw(1, ['x', 'y']), draw(1, ['y', 'x']), draw(2, ['x', 'y'])];
    expect(a.x).toEqual(b.x);
    expect(a.y).toEqual(b.y);
    expect(a.x).not.toEqual(a.y);
    expect(a.x).not.toEqual(c.x);
  });

  it('are read and assigned from outside before and after the session opens', () => {
    const p = program();
    const w = p.variable('w', { shape: [2] });
    p.define('f', { feeds: {} }, () => ({ w: w.read() }));
    for (const prepare of [() => undefined, () => p.compile()]) {
      prepare();
      tf.tidy(() => {
        w.assign(tf.tensor1d([3, 4]));
        expect([...w.read().dataSync()]).toEqual([3, 4]);
        w.assign(tf.tensor1d([5, 6]));
        expect([...p.run('f', {}).w!.data]).toEqual([5, 6]);
      });
    }
  });

  it('dispose frees every tensor', () => {
    const before = tf.memory().numTensors;
    const p = createProgram();
    const w = p.variable('w', { shape: [2] });
    p.define('f', { feeds: {} }, () => ({ w: w.read() }));
    p.run('f', {});
    p.runEagerly('f', {});
    p.variable('v', { shape: [2] });
    p.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(() => p.run('f', {})).toThrow(/disposed/);
  });
});
