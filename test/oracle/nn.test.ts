import { describe, expect, it } from 'vitest';
import * as nn from '../../main/engine/nn';
import { type Program, assign, createProgram, gradients } from '../../main/engine/tensorflow/graph';
import type { Tensor } from '../../main/engine/tensorflow/native/load';
import * as ops from '../../main/engine/tensorflow/ops';
import { golden, relativeError } from './golden';

const file = golden('torch-nn.npz');

type Inputs = { x: Tensor; memory?: Tensor; labels?: Tensor };
type Build = (program: Program) => (inputs: Inputs) => Tensor;

/** Output and gradients of a layer, called "layer", with PyTorch's weights: see torch_nn.py. */
function expectPyTorch(name: string, build: Build, tolerance = 1e-5): Program {
  const key = (part: string) => `${name}/${part}`;
  const program = createProgram();
  const inputs = ['x', 'memory'].filter((part) => file.names.includes(key(`d${part}`)));
  const given = inputs.map((part) => {
    const shape = file.shape(key(part));
    program.variable(part, { shape });
    program.load({ [part]: file.floats(key(part)) });
    return program.variables.find((variable) => variable.name === part)!;
  });
  const integers = Object.fromEntries(
    ['x', 'labels']
      .filter((part) => file.names.includes(key(part)) && !inputs.includes(part))
      .map((part) => [part, { shape: file.shape(key(part)), dtype: 'int32' as const }]),
  );
  const layer = build(program);
  const weights = program.trainable.filter((variable) => !given.includes(variable));
  expect(weights.map((weight) => key(`w/${weight.name}`)).sort()).toEqual(
    file.names.filter((one) => one.startsWith(key('w/'))).sort(),
  );
  for (const weight of weights) expect(weight.shape).toEqual(file.shape(key(`w/${weight.name}`)));
  program.load(Object.fromEntries(weights.map((weight) => [weight.name, file.floats(key(`w/${weight.name}`))])));
  const all = [...given, ...weights];
  const feeds = { upstream: { shape: file.shape(key('upstream')), dtype: 'float32' as const }, ...integers };
  const run = program.define('run', { feeds }, ({ upstream, ...rest }): Record<string, Tensor> => {
    const { value, grads } = gradients(() => {
      const y = layer({ ...rest, ...Object.fromEntries(given.map((one) => [one.name, one.read()])) } as Inputs);
      return { loss: ops.sum(ops.mul(y, upstream!)), y };
    }, all);
    return { ...value, ...Object.fromEntries(grads.map((gradient, index) => [`d${index}`, gradient])) };
  });
  const found = run.run({
    upstream: file.floats(key('upstream')),
    ...Object.fromEntries(Object.keys(integers).map((part) => [part, file.integers(key(part))])),
  });
  expect(found.y!.shape).toEqual(file.shape(key('y')));
  expect(relativeError(found.y!.data, file.floats(key('y'))), 'output').toBeLessThan(tolerance);
  for (const [index, { name: variable }] of all.entries()) {
    const expected = file.floats(key(inputs.includes(variable) ? `d${variable}` : `d/${variable}`));
    expect(relativeError(found[`d${index}`]!.data, expected), `gradient of ${variable}`).toBeLessThan(tolerance);
  }
  return program;
}

const layer =
  (make: (program: Program) => (x: Tensor) => Tensor): Build =>
  (program) => {
    const made = make(program);
    return ({ x }) => made(x);
  };

const cases: Record<string, Build> = {
  embedding: layer((program) => nn.embeddingLayer(program, 'layer', { entries: 7, dimension: 4 })),
  layerNorm: layer((program) => nn.layerNormLayer(program, 'layer', { channels: 6 })),
  groupNorm: layer((program) => nn.groupNormLayer(program, 'layer', { channels: 8, groups: 4 })),
  depthwise: layer((program) => nn.depthwiseConv2dLayer(program, 'layer', { channels: 3, multiplier: 2, kernel: 3 })),
  conv1d: layer((program) => nn.conv1dLayer(program, 'layer', { inChannels: 3, filters: 5, kernel: 3, dilation: 2 })),
  conv1dCausal: layer((program) =>
    nn.conv1dLayer(program, 'layer', { inChannels: 3, filters: 5, kernel: 3, dilation: 2, padding: 'causal' }),
  ),
  gated: (program) => {
    const gate = nn.classGatedActivation(program, 'layer', { channels: 3, classes: 4 });
    return ({ x, labels }) => gate(x, labels!);
  },
  attention: layer((program) => nn.selfAttention(program, 'layer', { dimension: 6, heads: 2 })),
  causalAttention: layer((program) => nn.selfAttention(program, 'layer', { dimension: 6, heads: 2, causal: true })),
  crossAttention: (program) => {
    const attention = nn.crossAttention(program, 'layer', { dimension: 6, heads: 2, memoryDimension: 4 });
    return ({ x, memory }) => attention(x, memory!);
  },
  transformerBlock: layer((program) =>
    nn.transformerBlock(program, 'layer', { dimension: 6, heads: 2, causal: true, branches: 2 }),
  ),
  vqganResidual: layer((program) => nn.vqganResidualBlock(program, 'layer', { inChannels: 4, filters: 6, groups: 2 })),
  vqganAttention: layer((program) => nn.vqganAttentionBlock(program, 'layer', { channels: 4, groups: 2 })),
  pixelShuffle: layer((program) => nn.pixelShuffleUp(program, 'layer', { inChannels: 3, filters: 2 })),
};

describe('layers equal PyTorch’s, output and gradients:', () => {
  for (const [name, build] of Object.entries(cases)) it(name, () => expectPyTorch(name, build).dispose());

  for (const mask of ['A', 'B'] as const)
    for (const field of ['raster', 'vertical', 'horizontal'] as const)
      for (const dilation of [1, 2])
        it(`masked convolution, type ${mask}, ${field}, dilation ${dilation}`, () => {
          const options = { inChannels: 2, filters: 3, kernel: 5, mask, field, dilation };
          const build = layer((program) => nn.maskedConv2dLayer(program, 'layer', options));
          expectPyTorch(`masked-${mask}-${field}-${dilation}`, build).dispose();
        });

  it('batch normalisation in training, with its running averages', () => {
    const program = expectPyTorch('batchNormTrain', (p) => {
      const norm = nn.batchNormLayer(p, 'layer', { channels: 3 });
      return ({ x }) => {
        const { y, updates } = norm.train(x);
        for (const update of updates) if (update.kind === 'assign') assign(update.variable, update.value);
        return y;
      };
    });
    const state = program.read();
    expect(relativeError(state['layer/mean']!.data, file.floats('batchNormTrain/mean'))).toBeLessThan(1e-5);
    expect(relativeError(state['layer/variance']!.data, file.floats('batchNormTrain/variance'))).toBeLessThan(1e-5);
    program.dispose();
  });

  it('batch normalisation in evaluation', () => {
    expectPyTorch('batchNormEvaluate', (program) => {
      const norm = nn.batchNormLayer(program, 'layer', { channels: 3 });
      program.load({
        'layer/mean': file.floats('batchNormTrain/mean'),
        'layer/variance': file.floats('batchNormTrain/variance'),
      });
      return ({ x }) => norm.evaluate(x);
    }).dispose();
  });
});

describe('fixed positions', () => {
  it('are the waves of Masked Autoencoders, over a line and over a grid', () => {
    const program = createProgram();
    nn.sinCosPositions(program, 'line', { length: 5, dimension: 8 });
    nn.sinCosPositions2d(program, 'grid', { height: 3, width: 4, dimension: 8 });
    expect(program.trainable).toEqual([]);
    const state = program.read();
    expect(relativeError(state['line/table']!.data, file.floats('positions/line'))).toBeLessThan(1e-6);
    expect(relativeError(state['grid/table']!.data, file.floats('positions/grid'))).toBeLessThan(1e-6);
    program.dispose();
  });
});
