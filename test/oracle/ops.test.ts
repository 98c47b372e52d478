import { describe, expect, it } from 'vitest';
import { createProgram, gradients } from '../../main/engine/tensorflow/graph';
import type { Tensor } from '../../main/engine/tensorflow/native/load';
import * as ops from '../../main/engine/tensorflow/ops';
import { golden, relativeError } from './golden';

const file = golden('torch-ops.npz');

type Op = (inputs: Record<string, Tensor>) => Tensor;
const ofX =
  (f: (x: Tensor) => Tensor): Op =>
  ({ x }) =>
    f(x!);
const ofAB =
  (f: (a: Tensor, b: Tensor) => Tensor): Op =>
  ({ a, b }) =>
    f(a!, b!);
const ofXK =
  (f: (x: Tensor, k: Tensor) => Tensor): Op =>
  ({ x, k }) =>
    f(x!, k!);
const parts = ({ real, imaginary }: ops.Spectrum) => ops.stack([real, imaginary], -1);

const cases: Record<string, Op> = {
  relu: ofX(ops.relu),
  leakyRelu: ofX(ops.leakyRelu),
  elu: ofX(ops.elu),
  silu: ofX(ops.silu),
  gelu: ofX(ops.gelu),
  geluTanh: ofX(ops.geluTanh),
  softplus: ofX(ops.softplus),
  tanh: ofX(ops.tanh),
  sigmoid: ofX(ops.sigmoid),
  exp: ofX(ops.exp),
  sin: ofX(ops.sin),
  cos: ofX(ops.cos),
  erf: ofX(ops.erf),
  abs: ofX(ops.abs),
  clip: ofX((x) => ops.clip(x, -1.1, 0.9)),
  softmax: ofX(ops.softmax),
  softmaxFirst: ofX((x) => ops.softmax(x, 0)),
  logSoftmax: ofX(ops.logSoftmax),
  logSoftmaxFirst: ofX((x) => ops.logSoftmax(x, 0)),
  logSumExp: ofX((x) => ops.logSumExp(x, -1)),
  max: ofX((x) => ops.max(x, -1)),
  min: ofX((x) => ops.min(x, 0)),
  cumsum: ofX((x) => ops.cumsum(x, 1)),
  cumsumReverse: ofX((x) => ops.cumsum(x, -1, { reverse: true })),
  l2Normalize: ofX(ops.l2Normalize),
  reverse: ofX((x) => ops.reverse(x, [1])),
  tile: ofX((x) => ops.tile(x, [2, 3])),
  variance: ofX((x) => ops.moments(x, 1).variance),
  sqrt: ofX(ops.sqrt),
  rsqrt: ofX(ops.rsqrt),
  log: ofX(ops.log),
  log1p: ofX(ops.log1p),
  pow: ofAB(ops.pow),
  div: ofAB(ops.div),
  minimum: ofAB(ops.minimum),
  maximum: ofAB(ops.maximum),
  where: ofAB((a, b) => ops.where(ops.greater(a, 0.1), a, b)),
  matMul: ofAB(ops.matMul),
  matMulTransposed: ofAB((a, b) => ops.matMul(a, b, { transposeA: true, transposeB: true })),
  conv: ofXK(ops.conv2d),
  convStrided: ofXK((x, k) => ops.conv2d(x, k, { stride: 2, padding: 'valid' })),
  convDilated: ofXK((x, k) => ops.conv2d(x, k, { dilation: 2 })),
  convStridedDilated: ofXK((x, k) => ops.conv2d(x, k, { stride: 2, dilation: 2, padding: 'valid' })),
  convDepthwise: ofXK(ops.depthwiseConv2d),
  convStridedDepthwise: ofXK((x, k) => ops.depthwiseConv2d(x, k, { stride: 2, padding: 'valid' })),
  convDilatedDepthwise: ofXK((x, k) => ops.depthwiseConv2d(x, k, { dilation: 2 })),
  convStridedDilatedDepthwise: ofXK((x, k) => ops.depthwiseConv2d(x, k, { stride: 2, dilation: 2, padding: 'valid' })),
  convTranspose: ofXK((x, k) => ops.conv2dTranspose(x, k, { stride: 2, padding: 'valid' })),
  convTransposeDilated: ofXK((x, k) => ops.conv2dTranspose(x, k, { dilation: 2, padding: 'valid' })),
  conv1d: ofXK((x, k) => ops.conv1d(x, k, { dilation: 3 })),
  conv1dStrided: ofXK((x, k) => ops.conv1d(x, k, { stride: 2, padding: 'valid' })),
  conv1dCausal: ofXK((x, k) => ops.conv1d(x, k, { dilation: 2, padding: 'causal' })),
  conv1dTranspose: ofXK((x, k) => ops.conv1dTranspose(x, k, { stride: 2, padding: 'valid' })),
  averagePool: ofX((x) => ops.averagePool2d(x, 2)),
  averagePoolOverlapping: ofX((x) => ops.averagePool2d(x, 3, { stride: 1 })),
  averagePoolSame: ofX((x) => ops.averagePool2d(x, 3, { stride: 2, padding: 'same' })),
  maxPool: ofX((x) => ops.maxPool2d(x, 2)),
  maxPoolSame: ofX((x) => ops.maxPool2d(x, 3, { stride: 2, padding: 'same' })),
  maxPool1d: ofX((x) => ops.maxPool1d(x, 3, { stride: 2 })),
  averagePool1d: ofX((x) => ops.averagePool1d(x, 3, { stride: 2 })),
  ...Object.fromEntries(
    Object.entries({ Up: [11, 8], Down: [2, 3], Double: [10, 8] } as const).flatMap(([name, size]) => [
      [`nearest${name}`, ofX((x) => ops.resizeNearest(x, size))],
      [`bilinear${name}`, ofX((x) => ops.resizeBilinear(x, size))],
      [`bilinearCorners${name}`, ofX((x) => ops.resizeBilinear(x, size, { alignment: 'corners' }))],
    ]),
  ),
  linear1d: ofX((x) => ops.resizeLinear1d(x, 13)),
  nearest1d: ofX((x) => ops.resizeNearest1d(x, 13)),
  reflectPad: ofX((x) => ops.reflectPad2d(x, { left: 3, right: 1, top: 2, bottom: 4 })),
  edgePad: ofX((x) => ops.edgePad2d(x, { left: 3, right: 0, top: 2, bottom: 1 })),
  reflectPad1d: ofX((x) => ops.reflectPad1d(x, { before: 3, after: 1 })),
  depthToSpace: ofX((x) => ops.depthToSpace(x, 2)),
  spaceToDepth: ofX((x) => ops.spaceToDepth(x, 2)),
  gather: ({ table, ids }) => ops.gather(table!, ids!),
  gatherAlong: ({ x, ids }) => ops.gatherAlong(x!, ids!, 1),
  batchGather: ({ table, ids }) => ops.batchGather(table!, ids!),
  layerNorm: ({ x, scale, offset }) => ops.layerNorm(x!, scale!, offset!),
  groupNorm: ({ x, scale, offset }) => ops.groupNorm(x!, 2, scale!, offset!),
  batchNorm: ({ x, scale, offset }) => ops.batchNorm(x!, scale!, offset!).y,
  batchNormRows: ({ x, scale, offset }) => ops.batchNorm(x!, scale!, offset!).y,
  crossEntropy: ({ logits, labels }) => ops.sparseSoftmaxCrossEntropy(logits!, labels!),
  crossEntropySmoothed: ({ logits, labels }) => ops.sparseSoftmaxCrossEntropy(logits!, labels!, { smoothing: 0.1 }),
  crossEntropyMasked: ({ logits, labels }) => {
    const mask = ops.notEqual(labels!, -100);
    return ops.sparseSoftmaxCrossEntropy(logits!, labels!, { smoothing: 0.2, mask });
  },
  softCrossEntropy: ({ logits, targets_: targets }) => ops.softmaxCrossEntropy(logits!, targets!),
  sigmoidCrossEntropy: ({ logits, targets }) => ops.sigmoidCrossEntropy(logits!, targets!),
  rotationTrick: ({ x, codes_: codes }) => ops.rotationTrick(x!, codes!),
  rfft: ofX((x) => parts(ops.rfft(x))),
  rfftEven: ofX((x) => parts(ops.rfft(x))),
  stft: ofX((x) => ops.magnitude(ops.stft(x, { size: 16, hop: 5 }))),
  stftUncentred: ofX((x) => ops.magnitude(ops.stft(x, { size: 12, hop: 12, centred: false }))),
  gradientPenalty: ({ x, k, b, w }) => {
    const { grads } = gradients(() => {
      const hidden = ops.conv2d(ops.zeroPad2d(x!, 1), k!, { stride: 2, padding: 'valid' });
      const flat = ops.reshape(ops.leakyRelu(ops.biasAdd(hidden, b!)), [2, -1]);
      return { loss: ops.sum(ops.softplus(ops.matMul(flat, w!))) };
    }, [x!]);
    return ops.sum(ops.square(grads[0]!), [1, 2, 3]);
  },
};

/** Runs an op on PyTorch's inputs and compares its output and the gradient of each input that has one. */
function expectPyTorch(name: string, op: Op, tolerance = 2e-5): void {
  const key = (part: string) => `${name}/${part}`;
  const differentiated = file.names.flatMap((one) => (one.startsWith(key('d/')) ? [one.slice(key('d/').length)] : []));
  const others = file.names.flatMap((one) => {
    const [owner, part = '', ...rest] = one.split('/');
    const isInput = owner === name && rest.length === 0 && part !== 'y' && part !== 'upstream';
    return isInput && !differentiated.includes(part) ? [part] : [];
  });
  const isInteger = (part: string) => part === 'ids' || part === 'labels';
  const program = createProgram();
  try {
    const given = differentiated.map((part) => program.variable(part, { shape: file.shape(key(part)) }));
    program.load(Object.fromEntries(differentiated.map((part) => [part, file.floats(key(part))])));
    const feeds = Object.fromEntries(
      ['upstream', ...others].map((part) => {
        const dtype = isInteger(part) ? ('int32' as const) : ('float32' as const);
        return [part, { shape: file.shape(key(part)), dtype }];
      }),
    );
    const run = program.define('run', { feeds }, (fed): Record<string, Tensor> => {
      const { value, grads } = gradients(() => {
        const y = op({ ...fed, ...Object.fromEntries(given.map((variable) => [variable.name, variable.read()])) });
        return { loss: ops.sum(ops.mul(y, fed.upstream!)), y };
      }, given);
      return { ...value, ...Object.fromEntries(grads.map((gradient, index) => [`d${index}`, gradient])) };
    });
    const found = run.run(
      Object.fromEntries(
        Object.keys(feeds).map((part) => [part, isInteger(part) ? file.integers(key(part)) : file.floats(key(part))]),
      ),
    );
    expect(found.y!.shape).toEqual(file.shape(key('y')));
    expect(relativeError(found.y!.data, file.floats(key('y'))), 'output').toBeLessThan(tolerance);
    for (const [index, part] of differentiated.entries()) {
      const expected = file.floats(key(`d/${part}`));
      expect(relativeError(found[`d${index}`]!.data, expected), `gradient of ${part}`).toBeLessThan(tolerance);
    }
  } finally {
    program.dispose();
  }
}

describe('ops equal PyTorch’s, output and gradients:', () => {
  it('every one that has golden numbers', () => {
    const known = new Set(file.names.map((one) => one.split('/')[0]));
    expect(Object.keys(cases).sort()).toEqual([...known].sort());
  });

  for (const [name, op] of Object.entries(cases)) it(name, () => expectPyTorch(name, op));
});
