import { afterEach, describe, expect, it } from 'vitest';
import { type Program, createProgram } from '../../../../main/engine/tensorflow/graph';
import { conv2dLayer, convTransposeLayer, denseLayer, residualStack } from '../../../../main/engine/nn';
import * as ops from '../../../../main/engine/tensorflow/ops';
import { expectClose, numbers } from '../../../gradients/check';

const open: Program[] = [];
function program(): Program {
  const created = createProgram({ seed: 1 });
  open.push(created);
  return created;
}
afterEach(() => {
  for (const one of open.splice(0)) one.dispose();
});

describe('conv2dLayer', () => {
  it('names its variables, starts with no bias, and rounds odd sides up', () => {
    const p = program();
    const layer = conv2dLayer(p, 'down', { inChannels: 3, filters: 8, kernel: 4, stride: 2 });
    expect(p.variables.map(({ name, shape, trainable }) => ({ name, shape, trainable }))).toEqual([
      { name: 'down/kernel', shape: [4, 4, 3, 8], trainable: true },
      { name: 'down/bias', shape: [8], trainable: true },
    ]);
    expect(new Set(p.read(['down/bias'])['down/bias']!.data)).toEqual(new Set([0]));
    const f = p.define('f', { feeds: { x: { shape: [2, 7, 5, 3], dtype: 'float32' } } }, ({ x }) => ({ y: layer(x) }));
    expect(f.run({ x: numbers(210) }).y.shape).toEqual([2, 4, 3, 8]);
  });

  it('computes the sum of products over the window and the bias', () => {
    const p = program();
    const layer = conv2dLayer(p, 'c', { inChannels: 1, filters: 1, kernel: 2, padding: 'valid' });
    p.load({ 'c/kernel': Float32Array.of(1, 2, 3, 4), 'c/bias': Float32Array.of(0.5) });
    const f = p.define('f', { feeds: { x: { shape: [1, 2, 3, 1], dtype: 'float32' } } }, ({ x }) => ({ y: layer(x) }));
    expect([...f.run({ x: [1, 2, 3, 4, 5, 6] }).y.data]).toEqual([1 + 4 + 12 + 20 + 0.5, 2 + 6 + 15 + 24 + 0.5]);
  });

  it('goes without a bias when told to', () => {
    const p = program();
    conv2dLayer(p, 'c', { inChannels: 1, filters: 1, kernel: 2, bias: false });
    expect(p.variables.map(({ name }) => name)).toEqual(['c/kernel']);
  });
});

describe('convTransposeLayer', () => {
  it.each([
    [1, [2, 4, 4], [2, 8, 3], [4, 3, 4]],
    [2, [2, 4, 3, 4], [2, 8, 6, 3], [4, 4, 3, 4]],
    [3, [2, 2, 3, 2, 4], [2, 4, 6, 4, 3], [4, 4, 4, 3, 4]],
  ] as const)('brings items of rank %i to stride times their size', (rank, given, made, kernel) => {
    const p = program();
    const twice = convTransposeLayer(p, 'twice', { rank, inChannels: 4, filters: 3, kernel: 4, stride: 2 });
    const f = p.define('f', { feeds: { x: { shape: [...given], dtype: 'float32' } } }, ({ x }) => ({
      twice: twice(x),
    }));
    expect(f.run({ x: numbers(given.reduce((all, side) => all * side, 1)) }).twice.shape).toEqual(made);
    expect(p.variables[0]!.shape).toEqual(kernel);
  });

  it('is the adjoint of the convolution with the same kernel', () => {
    const p = program();
    const down = conv2dLayer(p, 'down', { inChannels: 3, filters: 2, kernel: 4, stride: 2, bias: false });
    const up = convTransposeLayer(p, 'up', { rank: 2, inChannels: 2, filters: 3, kernel: 4, stride: 2, bias: false });
    p.load({ 'up/kernel': p.read()['down/kernel']!.data });
    const f = p.define(
      'f',
      { feeds: { x: { shape: [1, 6, 8, 3], dtype: 'float32' }, y: { shape: [1, 3, 4, 2], dtype: 'float32' } } },
      ({ x, y }) => ({
        left: ops.sum(ops.mul(down(x), y)),
        right: ops.sum(ops.mul(x, up(y))),
      }),
    );
    const { left, right } = f.run({ x: numbers(144), y: numbers(24, [-1, 1], 3) });
    expect(left.data[0]).toBeCloseTo(right.data[0]!, 4);
  });
});

describe('denseLayer', () => {
  it('works on rows and on sequences alike', () => {
    const p = program();
    const layer = denseLayer(p, 'd', { inputs: 4, units: 3 });
    p.load({ 'd/bias': Float32Array.of(1, 2, 3) });
    const f = p.define('f', { feeds: { x: { shape: [2, 5, 4], dtype: 'float32' } } }, ({ x }) => ({
      sequence: layer(x),
      rows: layer(ops.reshape(x, [10, 4])),
    }));
    const { sequence, rows } = f.run({ x: numbers(40) });
    expect(sequence.shape).toEqual([2, 5, 3]);
    expect(sequence.data).toEqual(rows.data);
    const { data: kernel } = p.read(['d/kernel'])['d/kernel']!;
    const first = [0, 1, 2].map((unit) =>
      [0, 1, 2, 3].reduce((sum, input) => sum + numbers(40)[input]! * kernel[input * 3 + unit]!, unit + 1),
    );
    expectClose(rows.data.slice(0, 3), first, 1e-5, 'first row');
  });
});

describe('residualStack', () => {
  it('equals relu(h + conv1(relu(conv3(relu(h))))) block after block', () => {
    const p = program();
    const stack = residualStack(p, 's', { channels: 6, hidden: 2, blocks: 2 });
    p.load(
      Object.fromEntries(
        p.variables
          .filter(({ name }) => name.endsWith('bias'))
          .map(({ name, shape }, index) => [name, numbers(shape[0]!, [-1, 1], index)]),
      ),
    );
    const weight = (name: string) => p.variables.find((variable) => variable.name === `s/${name}`)!.read();
    const f = p.define('f', { feeds: { x: { shape: [2, 5, 4, 6], dtype: 'float32' } } }, ({ x }) => {
      const conv = (h: typeof x, name: string) =>
        ops.biasAdd(ops.conv2d(h, weight(`${name}/kernel`)), weight(`${name}/bias`));
      let h = x;
      for (const block of ['block0', 'block1'])
        h = ops.add(h, conv(ops.relu(conv(ops.relu(h), `${block}/conv3`)), `${block}/conv1`));
      return { stack: stack(x), formula: ops.relu(h) };
    });
    const out = f.run({ x: numbers(240) });
    expectClose(out.stack.data, out.formula.data, 1e-5, 'stack');
    expect(p.variables.map(({ name }) => name)).toContain('s/block1/conv1/bias');
  });
});
