import { describe, expect, it } from 'vitest';
import { createProgram, gradients } from '../../main/engine/tensorflow/graph';
import * as ops from '../../main/engine/tensorflow/ops';
import { type Tensor, tf } from '../../main/engine/tensorflow/native/load';
import { type Input, expectGradients } from './check';

const x: Input = { shape: [2, 3, 5], range: [-2, 2] };
const positive: Input = { shape: [2, 3, 5], range: [0.3, 2] };

describe('activations', () => {
  const activations: Record<string, (x: Tensor) => Tensor> = {
    relu: ops.relu,
    relu6: (t) => ops.relu6(ops.mul(t, 5)),
    leakyRelu: ops.leakyRelu,
    elu: ops.elu,
    tanh: ops.tanh,
    sigmoid: ops.sigmoid,
    softplus: ops.softplus,
    silu: ops.silu,
    gelu: ops.gelu,
    geluTanh: ops.geluTanh,
    softmax: ops.softmax,
    logSoftmax: ops.logSoftmax,
    'softmax over an inner axis': (t) => ops.softmax(t, 1),
    'logSoftmax over the first axis': (t) => ops.logSoftmax(t, 0),
  };
  for (const [name, activation] of Object.entries(activations)) {
    it(`${name} has the right gradient`, () => expectGradients({ x }, (inputs) => activation(inputs.x!)));
  }

  it('stay finite far from zero', () => {
    const program = createProgram();
    const v = program.variable('v', tf.tensor1d([-1e4, -100, 100, 1e4]));
    const f = program.define('f', { feeds: {} }, () => {
      const of = (activation: (x: Tensor) => Tensor) =>
        gradients(() => ({ loss: ops.sum(activation(v.read())) }), [v]).grads[0]!;
      return { softplus: of(ops.softplus), logSoftmax: of(ops.logSoftmax), sigmoid: of(ops.sigmoid) };
    });
    for (const output of Object.values(f.run({}))) expect([...output.data].every(Number.isFinite)).toBe(true);
    program.dispose();
  });
});

describe('arithmetic', () => {
  const unary: Record<string, [(x: Tensor) => Tensor, Input]> = {
    square: [ops.square, x],
    sqrt: [ops.sqrt, positive],
    rsqrt: [ops.rsqrt, positive],
    exp: [ops.exp, x],
    log: [ops.log, positive],
    log1p: [ops.log1p, positive],
    sin: [ops.sin, x],
    cos: [ops.cos, x],
    erf: [ops.erf, x],
    abs: [ops.abs, x],
    neg: [ops.neg, x],
    clip: [(t) => ops.clip(t, -0.9, 1.1), x],
    pow: [(t) => ops.pow(t, 3), positive],
    cast: [(t) => ops.cast(t, 'float32'), x],
  };
  for (const [name, [f, input]] of Object.entries(unary)) {
    it(`${name} has the right gradient`, () => expectGradients({ x: input }, (inputs) => f(inputs.x!)));
  }

  const binary: Record<string, (a: Tensor, b: Tensor) => Tensor> = {
    add: ops.add,
    sub: ops.sub,
    mul: ops.mul,
    div: ops.div,
    minimum: ops.minimum,
    maximum: ops.maximum,
  };

  it('pow has the right gradients of base and exponent, also where it broadcasts', () => {
    expectGradients({ a: positive, b: { shape: [5], range: [-1, 3] } }, ({ a, b }) => ops.pow(a!, b!));
  });

  for (const [name, f] of Object.entries(binary)) {
    it(`${name} has the right gradients, also where it broadcasts`, () => {
      expectGradients({ a: x, b: { shape: [2, 3, 5], range: [0.5, 2] } }, ({ a, b }) => f(a!, b!));
      expectGradients({ a: x, b: { shape: [5], range: [0.5, 2] } }, ({ a, b }) => f(a!, b!));
      expectGradients({ a: { shape: [3, 1] }, b: { shape: [2, 1, 5], range: [0.5, 2] } }, ({ a, b }) => f(a!, b!));
    });
  }

  it('where gives the gradient to the side it took', () => {
    expectGradients({ a: x, b: positive }, ({ a, b }) => ops.where(ops.greater(a!, 0.1), a!, b!));
    expectGradients({ a: x, b: { shape: [5] } }, ({ a, b }) => ops.where(ops.lessEqual(a!, 0.1), ops.square(a!), b!));
  });

  it('round, floor, sign and comparisons let no gradient pass', () => {
    expectGradients({ x }, (inputs) =>
      ops.add(inputs.x!, ops.mul(0, ops.add(ops.round(inputs.x!), ops.add(ops.floor(inputs.x!), ops.sign(inputs.x!))))),
    );
  });
});

describe('losses', () => {
  it('sparseSoftmaxCrossEntropy has the right gradient', () => {
    expectGradients({ logits: { shape: [3, 5], range: [-2, 2] } }, ({ logits }) =>
      ops.sparseSoftmaxCrossEntropy(logits!, tf.tensor1d([4, 0, 2], 'int32')),
    );
  });

  it('sparseSoftmaxCrossEntropy has the right gradient with smoothing and mask, whatever the masked labels are', () => {
    const labels = () => tf.tensor2d([4, -1, 2, 99, 0, 1], [2, 3], 'int32');
    const mask = () => tf.tensor2d([1, 0, 1, 0, 1, 1], [2, 3], 'bool');
    expectGradients({ logits: { shape: [2, 3, 5], range: [-2, 2] } }, ({ logits }) =>
      ops.sparseSoftmaxCrossEntropy(logits!, labels(), { smoothing: 0.1, mask: mask() }),
    );
    expectGradients({ logits: { shape: [2, 3, 5], range: [-2, 2] } }, ({ logits }) =>
      ops.maskedMean(ops.sparseSoftmaxCrossEntropy(logits!, labels(), { mask: mask() }), mask()),
    );
  });

  it('softmaxCrossEntropy has the right gradients', () => {
    expectGradients(
      { logits: { shape: [3, 5], range: [-2, 2] }, targets: { shape: [3, 5], range: [0, 1] } },
      ({ logits, targets }) => ops.softmaxCrossEntropy(logits!, targets!),
    );
  });

  it('maskedMean of nothing is 0', () => {
    const program = createProgram();
    const f = program.define('f', { feeds: { x: { shape: [2], dtype: 'float32' } } }, (fed) => ({
      mean: ops.maskedMean(fed.x, ops.greater(fed.x, 5)),
    }));
    expect(f.run({ x: [1, NaN] }).mean.data[0]).toBe(0);
    program.dispose();
  });

  it('sigmoidCrossEntropy has the right gradients', () => {
    expectGradients(
      { logits: { shape: [3, 5], range: [-3, 3] }, targets: { shape: [3, 5], range: [0, 1] } },
      ({ logits, targets }) => ops.sigmoidCrossEntropy(logits!, targets!),
    );
  });
});
