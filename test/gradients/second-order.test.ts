import { describe, it } from 'vitest';
import { gradients, gradientsOf } from '../../main/engine/tensorflow/graph';
import * as ops from '../../main/engine/tensorflow/ops';
import { type Tensor, tf } from '../../main/engine/tensorflow/native/load';
import { type Input, expectGradients, expectSecondGradients, numbers } from './check';

const rows: Input = { shape: [2, 6], range: [-2, 2] };
const positive: Input = { shape: [2, 6], range: [0.4, 2] };
const images = { shape: [2, 5, 4, 2] };

describe('gradients of gradients', () => {
  const smooth: Record<string, (x: Tensor) => Tensor> = {
    tanh: ops.tanh,
    sigmoid: ops.sigmoid,
    softplus: ops.softplus,
    silu: ops.silu,
    gelu: ops.gelu,
    geluTanh: ops.geluTanh,
    elu: ops.elu,
    relu: ops.relu,
    leakyRelu: ops.leakyRelu,
    exp: ops.exp,
    sin: ops.sin,
    cos: ops.cos,
    erf: ops.erf,
    abs: ops.abs,
    square: ops.square,
    softmax: ops.softmax,
    'softmax over the first axis': (x) => ops.softmax(x, 0),
    logSoftmax: ops.logSoftmax,
    logSumExp: (x) => ops.logSumExp(x, -1),
    max: (x) => ops.max(x, -1),
    min: (x) => ops.min(x, 0),
    clip: (x) => ops.clip(x, -1.03, 1.21),
    standardize: (x) => ops.standardize(x, -1, 1e-3),
    l2Normalize: (x) => ops.l2Normalize(x),
    cumsum: (x) => ops.cumsum(x, 1),
    sigmoidCrossEntropy: (x) => ops.sigmoidCrossEntropy(x, tf.tensor2d(numbers(12, [0, 1]), [2, 6])),
    sparseSoftmaxCrossEntropy: (x) =>
      ops.sparseSoftmaxCrossEntropy(x, tf.tensor1d([4, 1], 'int32'), { smoothing: 0.1 }),
  };
  for (const [name, f] of Object.entries(smooth)) {
    it(`${name}`, () => expectSecondGradients({ x: rows }, ({ x }) => f(x!)));
  }

  const ofPositive: Record<string, (x: Tensor) => Tensor> = {
    sqrt: ops.sqrt,
    rsqrt: ops.rsqrt,
    log: ops.log,
    log1p: ops.log1p,
    pow: (x) => ops.pow(x, 2.5),
  };
  for (const [name, f] of Object.entries(ofPositive)) {
    it(`${name}`, () => expectSecondGradients({ x: positive }, ({ x }) => f(x!)));
  }

  it('products, quotients and powers of two operands, also where they broadcast', () => {
    for (const f of [ops.mul, ops.div, ops.pow]) {
      expectSecondGradients({ a: positive, b: { shape: [6], range: [0.5, 1.7] } }, ({ a, b }) => f(a!, b!));
    }
    for (const f of [ops.minimum, ops.maximum]) {
      expectSecondGradients({ a: { shape: [2, 3] }, b: { shape: [3], range: [-0.55, 0.45] } }, ({ a, b }) => f(a!, b!));
    }
  });

  it('matMul, transposed and batched', () => {
    expectSecondGradients({ a: { shape: [3, 4] }, b: { shape: [4, 2] } }, ({ a, b }) => ops.matMul(a!, b!));
    expectSecondGradients({ a: { shape: [2, 4, 3] }, b: { shape: [2, 4] } }, ({ a, b }) =>
      ops.matMul(a!, b!, { transposeA: true, transposeB: true }),
    );
  });

  for (const [padding, stride, dilation] of [
    ['same', 2, 1],
    ['valid', 1, 1],
    ['same', 1, 2],
  ] as const) {
    const kernel = { shape: [3, 3, 2, 2] };
    const options = { padding, stride, dilation };
    it(`conv2d, conv2dTranspose and depthwiseConv2d: ${padding}, stride ${stride}, dilation ${dilation}`, () => {
      const inputs = { x: { shape: [2, 5, 5, 2] }, k: kernel };
      expectSecondGradients(inputs, ({ x, k }) => ops.conv2d(x!, k!, options));
      expectSecondGradients(inputs, ({ x, k }) => ops.depthwiseConv2d(x!, k!, options));
      expectSecondGradients({ ...inputs, x: { shape: [2, 2, 3, 2] } }, ({ x, k }) =>
        ops.conv2dTranspose(x!, k!, options),
      );
    });
  }

  it('biasAdd', () => {
    expectSecondGradients({ x: images, b: { shape: [2] } }, ({ x, b }) => ops.square(ops.biasAdd(x!, b!)));
  });

  it('batchNorm, layerNorm and groupNorm', () => {
    const given = { x: { shape: [2, 3, 2, 2] }, scale: positiveOf(2), offset: { shape: [2] } };
    expectSecondGradients(given, ({ x, scale, offset }) => ops.batchNorm(x!, scale!, offset!, 1e-2).y);
    const wide = { x: { shape: [2, 3, 4] }, scale: positiveOf(4), offset: { shape: [4] } };
    expectSecondGradients(wide, ({ x, scale, offset }) => ops.layerNorm(x!, scale!, offset!, 1e-2));
    expectSecondGradients(wide, ({ x, scale, offset }) => ops.groupNorm(x!, 2, scale!, offset!, 1e-2));
  });

  it('pooling, resizing, padding and shuffling', () => {
    const f: Record<string, (x: Tensor) => Tensor> = {
      averagePool: (x) => ops.averagePool2d(x, 3, { stride: 2, padding: 'same' }),
      maxPool: (x) => ops.maxPool2d(x, 3, { stride: 2, padding: 'same' }),
      resizeNearest: (x) => ops.resizeNearest(x, [7, 3]),
      resizeBilinear: (x) => ops.resizeBilinear(x, [7, 3]),
      reflectPad: (x) => ops.reflectPad2d(x, 2),
      symmetricPad: (x) => ops.symmetricPad2d(x, 2),
      edgePad: (x) => ops.edgePad2d(x, 1),
    };
    for (const op of Object.values(f)) expectSecondGradients({ x: { shape: [2, 5, 4, 1] } }, ({ x }) => op(x!));
    expectSecondGradients({ x: { shape: [2, 2, 2, 4] } }, ({ x }) => ops.depthToSpace(x!, 2));
  });

  it('gather, batchGather and unsortedSegmentSum', () => {
    const ids = () => tf.tensor1d([2, 0, 2, -1], 'int32');
    expectSecondGradients({ x: { shape: [3, 2] } }, ({ x }) => ops.gather(x!, tf.tensor1d([2, 2, 0], 'int32')));
    expectSecondGradients({ x: { shape: [2, 3, 2] } }, ({ x }) =>
      ops.batchGather(x!, tf.tensor2d([2, 2, 0, 1], [2, 2], 'int32')),
    );
    expectSecondGradients({ x: { shape: [4, 2] } }, ({ x }) => ops.unsortedSegmentSum(x!, ids(), 3));
  });

  it('the magnitude of a spectrum', () => {
    expectSecondGradients({ x: { shape: [2, 9] } }, ({ x }) => ops.magnitude(ops.rfft(x!)));
  });

  it('of third order', () => {
    expectGradients(
      { x: { shape: [4] } },
      ({ x }) => {
        const slope = (y: Tensor) => gradientsOf(ops.sum(y), [x!])[0]!;
        return gradients(() => {
          const second = slope(slope(ops.tanh(ops.mul(x!, x!))));
          return { loss: ops.sum(ops.square(second)) };
        }, [x!]).grads[0]!;
      },
      { tolerance: 1e-2 },
    );
  });
});

function positiveOf(length: number): Input {
  return { shape: [length], range: [0.5, 1.5] };
}
