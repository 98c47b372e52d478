import { describe, it } from 'vitest';
import * as ops from '../../main/engine/tensorflow/ops';
import { tf } from '../../main/engine/tensorflow/native/load';
import { type Input, expectGradients, expectSecondGradients } from './check';

/** Gradients that tfjs 4.22 gets wrong, or lacks, are right here. Each row is a case in which it was seen to fail. */

const rows: Input = { shape: [2, 6], range: [-2, 2] };
const images: Input = { shape: [2, 5, 4, 2] };
const kernel: Input = { shape: [3, 3, 2, 2] };

describe('silently wrong in tfjs', () => {
  const saving = {
    tanh: ops.tanh,
    sigmoid: ops.sigmoid,
    exp: ops.exp,
    softmax: ops.softmax,
    logSoftmax: ops.logSoftmax,
  };
  for (const [name, f] of Object.entries({ ...saving, swish: ops.silu })) {
    it(`the second gradient of ${name}, which saves its output`, () => {
      expectSecondGradients({ x: rows }, ({ x }) => f(x!));
    });
  }

  it('the second gradient of strided convolution and tanh', () => {
    expectSecondGradients({ x: images, k: kernel }, ({ x, k }) => ops.tanh(ops.conv2d(x!, k!, { stride: 2 })));
  });

  it('the second gradient of attention', () => {
    const inputs = { q: { shape: [3, 2] }, k: { shape: [4, 2] }, v: { shape: [4, 2] } };
    expectSecondGradients(inputs, ({ q, k, v }) =>
      ops.matMul(ops.softmax(ops.matMul(q!, k!, { transposeB: true })), v!),
    );
  });

  it('mirrorPad, reflecting and symmetric', () => {
    expectGradients({ x: images }, ({ x }) => ops.reflectPad2d(x!, 2));
    expectGradients({ x: images }, ({ x }) => ops.symmetricPad2d(x!, 2));
  });

  it('resizeBilinear with half-pixel centres, up and down', () => {
    expectGradients({ x: images }, ({ x }) => ops.resizeBilinear(x!, [9, 7], { alignment: 'half-pixel' }));
    expectGradients({ x: images }, ({ x }) => ops.resizeBilinear(x!, [3, 2], { alignment: 'half-pixel' }));
  });

  it('resizeNearestNeighbor of a batch above 1', () => {
    expectGradients({ x: { shape: [3, 3, 4, 2] } }, ({ x }) => ops.resizeNearest(x!, [6, 8]));
  });

  it('avgPool of size 3, stride 2, same, at the borders', () => {
    expectGradients({ x: images }, ({ x }) => ops.averagePool2d(x!, 3, { stride: 2, padding: 'same' }));
  });
});

describe('refused by tfjs', () => {
  it('conv1d, conv2d and depthwise convolution with dilation', () => {
    for (const dilation of [2, 3]) {
      expectGradients({ x: { shape: [2, 9, 2] }, k: { shape: [3, 2, 2] } }, ({ x, k }) =>
        ops.conv1d(x!, k!, { dilation }),
      );
    }
    expectGradients({ x: images, k: kernel }, ({ x, k }) => ops.conv2d(x!, k!, { dilation: 2 }));
    expectGradients({ x: { shape: [2, 7, 6, 2] }, k: kernel }, ({ x, k }) =>
      ops.conv2d(x!, k!, { dilation: 2, stride: 2, padding: 'valid' }),
    );
    expectGradients({ x: images, k: kernel }, ({ x, k }) => ops.depthwiseConv2d(x!, k!, { dilation: 2 }));
  });

  it('gather of the nearest code inside the differentiated function', () => {
    expectGradients(
      { codes: { shape: [4, 2], range: [-3, 3] }, x: { shape: [5, 2], range: [-2, 2] } },
      ({ codes, x }) => {
        const distances = ops.sum(ops.square(ops.sub(ops.expandDims(x!, 1), ops.expandDims(codes!, 0))), -1);
        return ops.square(ops.sub(ops.gather(codes!, ops.argMin(distances)), x!));
      },
    );
  });

  const comparisons = {
    greater: ops.greater,
    greaterEqual: ops.greaterEqual,
    less: ops.less,
    lessEqual: ops.lessEqual,
    equal: ops.equal,
    notEqual: ops.notEqual,
  };
  for (const [name, compare] of Object.entries(comparisons)) {
    it(`${name} of what is differentiated, in where`, () => {
      expectGradients({ a: rows, b: { shape: [6] } }, ({ a, b }) =>
        ops.where(compare(ops.mul(a!, 2), b!), ops.square(a!), ops.mul(a!, b!)),
      );
    });
  }

  it('rfft and stft, real and imaginary part', () => {
    expectGradients({ x: { shape: [2, 7] } }, ({ x }) => {
      const { real, imaginary } = ops.rfft(x!);
      return ops.add(ops.square(real), imaginary);
    });
    expectGradients({ x: { shape: [2, 12] } }, ({ x }) => {
      const { real, imaginary } = ops.stft(x!, { size: 4, hop: 2 });
      return ops.add(ops.square(real), ops.square(imaginary));
    });
  });

  it('the largest values, taken by their places', () => {
    expectGradients({ x: rows }, ({ x }) => ops.batchGather(x!, ops.topK(x!, 3).indices));
  });

  it('depthToSpace', () => {
    expectGradients({ x: { shape: [2, 2, 3, 4] } }, ({ x }) => ops.depthToSpace(x!, 2));
  });

  it('batch normalisation of a constant scale or offset', () => {
    expectGradients({ x: images }, ({ x }) => ops.batchNorm(x!, ops.ones([2]), tf.tensor1d([0.3, -0.2])).y);
  });

  const second = {
    leakyRelu: ops.leakyRelu,
    elu: ops.elu,
    max: (x: ReturnType<typeof ops.relu>) => ops.max(x, -1),
    logSumExp: (x: ReturnType<typeof ops.relu>) => ops.logSumExp(x, -1),
  };
  for (const [name, f] of Object.entries(second)) {
    it(`the second gradient of ${name}`, () => expectSecondGradients({ x: rows }, ({ x }) => f(x!)));
  }

  it('the second gradient of pooling, bilinear resizing and depthwise convolution, and of the kernel’s gradient', () => {
    const one: Input = { shape: [2, 5, 4, 1] };
    expectSecondGradients({ x: one }, ({ x }) => ops.averagePool2d(x!, 2));
    expectSecondGradients({ x: one }, ({ x }) => ops.maxPool2d(x!, 2));
    expectSecondGradients({ x: one }, ({ x }) => ops.resizeBilinear(x!, [3, 6]));
    expectSecondGradients({ x: images, k: kernel }, ({ x, k }) => ops.depthwiseConv2d(x!, k!));
    expectSecondGradients({ x: one, k: { shape: [3, 3, 1, 2] } }, ({ x, k }) => ops.conv2d(x!, k!));
  });
});
