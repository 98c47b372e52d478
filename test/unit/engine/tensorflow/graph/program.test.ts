import { afterEach, describe, expect, it } from 'vitest';
import { tf } from '../../../../../main/engine/tensorflow/native/load';
import { type Program, assignAdd, createProgram, item } from '../../../../../main/engine/tensorflow/graph';

const open: Program[] = [];
function program(seed = 1): Program {
  const created = createProgram({ seed });
  open.push(created);
  return created;
}
afterEach(() => {
  for (const one of open.splice(0)) one.dispose();
});

describe('a program', () => {
  it('runs a function over feeds and variables in one call', () => {
    const p = program();
    const weight = p.variable('weight', tf.tensor2d([1, 2, 3, 4], [2, 2]));
    const f = p.define('forward', { feeds: { x: { shape: [1, 2], dtype: 'float32' } } }, ({ x }) => ({
      y: tf.matMul(x as never, weight.read() as never),
    }));
    expect(f.run({ x: new Float32Array([1, 1]) }).y).toEqual({
      data: new Float32Array([4, 6]),
      shape: [1, 2],
      dtype: 'float32',
    });
    expect(f.run({ x: [2, 0] }).y.data).toEqual(new Float32Array([2, 4]));
  });

  it('feeds pixels as bytes, and may reuse the array', () => {
    const p = program();
    const f = p.define('sum', { feeds: { pixels: { shape: [2, 3], dtype: 'uint8' } } }, ({ pixels }) => ({
      total: tf.sum(pixels),
    }));
    const pixels = new Uint8Array([0, 1, 2, 250, 251, 255]);
    expect(item(f.run({ pixels }).total)).toBe(759);
    pixels.fill(255);
    expect(item(f.run({ pixels }).total)).toBe(1530);
    expect(item(f.runEagerly({ pixels }).total)).toBe(1530);
  });

  it('drops a function, keeps its variables, and takes another of that name', () => {
    const p = program();
    const count = p.variable('count', tf.scalar(1));
    const feeds = { by: { shape: [], dtype: 'float32' } } as const;
    const add = p.define('add', { feeds }, ({ by }) => {
      assignAdd(count, by);
      return { was: count.read() };
    });
    const look = p.define('look', { feeds: {} }, () => ({ now: count.read() }));
    add.run({ by: 2 });
    p.drop('add');
    expect(() => add.run({ by: 2 })).toThrow(/no function "add"/);
    expect(() => p.drop('add')).toThrow(/no function "add"/);
    expect(look.run({}).now.data).toEqual(new Float32Array([3]));
    const twice = p.define('add', { feeds }, ({ by }) => {
      assignAdd(count, tf.mul(by, 2));
      return { was: count.read() };
    });
    expect(twice.run({ by: 2 }).was.data).toEqual(new Float32Array([3]));
    expect(look.run({}).now.data).toEqual(new Float32Array([7]));
  });

  it('makes what belongs to it once a key, apart from other programs', () => {
    const [one, other] = [program(), program()];
    let made = 0;
    const numbered = (p: Program, key: string) => p.once(key, () => (made += 1));
    expect([numbered(one, 'a'), numbered(one, 'a'), numbered(one, 'b'), numbered(other, 'a')]).toEqual([1, 1, 2, 3]);
  });

  it('keeps two programs with equal names apart', () => {
    const [a, b] = [program(), program()];
    const counters = [a, b].map((p) => {
      const n = p.variable('n', { shape: [] });
      return p.define('count', { feeds: {} }, () => {
        assignAdd(n, tf.scalar(1));
        return { before: n.read() };
      });
    });
    counters[0]?.run({});
    counters[0]?.run({});
    counters[1]?.run({});
    expect(a.read().n?.data).toEqual(new Float32Array([2]));
    expect(b.read().n?.data).toEqual(new Float32Array([1]));
  });
});
