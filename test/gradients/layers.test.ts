import { describe, it } from 'vitest';
import * as nn from '../../main/engine/nn';
import * as ops from '../../main/engine/tensorflow/ops';
import { expectLayerGradients } from './check';

const STEP = 7;
const images = (channels: number) => ({ x: { shape: [2, 3, 5, channels] } });
const sequence = (channels: number, length = 5) => ({ x: { shape: [2, length, channels] } });
const step = () => ops.scalar(STEP, 'int32');

describe('layers have the right gradients, of their input and of every weight', () => {
  it('embedding, with rows used twice and unused, and learnt positions shorter than the table', () => {
    expectLayerGradients({}, (program) => {
      const embed = nn.embeddingLayer(program, 'codes', { entries: 5, dimension: 4 });
      const positions = nn.learntPositions(program, 'positions', { length: 4, dimension: 4 });
      return () => {
        const indices = ops.reshape(
          ops.cast(ops.stack([0, 3, 3, 1, 0, 3].map((code) => ops.scalar(code))), 'int32'),
          [2, 3],
        );
        return ops.add(ops.square(positions.add(embed(indices))), positions.at(indices));
      };
    });
  });

  it('layer normalisation', () => {
    expectLayerGradients(sequence(6), (program) => {
      const norm = nn.layerNormLayer(program, 'norm', { channels: 6 });
      return ({ x }) => norm(x!);
    });
  });

  it('group normalisation, of images and of sequences', () => {
    expectLayerGradients(images(6), (program) => {
      const norm = nn.groupNormLayer(program, 'norm', { channels: 6, groups: 3 });
      return ({ x }) => norm(x!);
    });
    expectLayerGradients(sequence(4), (program) => {
      const norm = nn.groupNormLayer(program, 'norm', { channels: 4, groups: 1 });
      return ({ x }) => norm(x!);
    });
  });

  it('batch normalisation, in training and in evaluation', () => {
    expectLayerGradients(images(3), (program) => {
      const norm = nn.batchNormLayer(program, 'norm', { channels: 3 });
      return ({ x }) => ops.square(norm.train(x!).y);
    });
    expectLayerGradients(images(3), (program) => {
      const norm = nn.batchNormLayer(program, 'norm', { channels: 3 });
      return ({ x }) => ops.square(norm.evaluate(x!));
    });
  });

  it('recurrent cells along a sequence', () => {
    for (const cell of [nn.lstmCell, nn.gruCell])
      expectLayerGradients(sequence(3, 4), (program) => {
        const made = cell(program, 'cell', { inputs: 3, units: 4 });
        return ({ x }) => nn.unroll(made, x!);
      });
  });

  it('depthwise convolution, also strided', () => {
    for (const stride of [1, 2])
      expectLayerGradients(images(3), (program) => {
        const conv = nn.depthwiseConv2dLayer(program, 'conv', { channels: 3, multiplier: 2, kernel: 3, stride });
        return ({ x }) => ops.tanh(conv(x!));
      });
  });

  it('convolution of sequences: strided, dilated, causal', () => {
    for (const options of [{ stride: 2 }, { dilation: 2 }, { padding: 'causal', dilation: 2 }] as const)
      expectLayerGradients(sequence(3, 7), (program) => {
        const conv = nn.conv1dLayer(program, 'conv', { inChannels: 3, filters: 2, kernel: 3, ...options });
        return ({ x }) => ops.tanh(conv(x!));
      });
  });

  it('masked convolution, of every field and type, also dilated', () => {
    for (const field of ['raster', 'vertical', 'horizontal'] as const)
      for (const [mask, dilation] of [
        ['A', 1],
        ['B', 2],
      ] as const)
        expectLayerGradients(images(2), (program) => {
          const conv = nn.maskedConv2dLayer(program, 'conv', {
            inChannels: 2,
            filters: 2,
            kernel: 3,
            mask,
            field,
            dilation,
          });
          return ({ x }) => ops.tanh(conv(x!));
        });
  });

  it('gated activation and gated linear units, also given a class', () => {
    expectLayerGradients(
      images(6),
      () =>
        ({ x }) =>
          nn.gatedLinear(x!),
    );
    expectLayerGradients(
      images(6),
      () =>
        ({ x }) =>
          nn.gatedActivation(x!),
    );
    expectLayerGradients(images(6), (program) => {
      const gate = nn.classGatedActivation(program, 'gate', { channels: 3, classes: 4 });
      return ({ x }) => gate(x!, ops.cast(ops.stack([ops.scalar(3), ops.scalar(1)]), 'int32'));
    });
  });

  it('dropout, whose mask a step fixes', () => {
    expectLayerGradients(images(3), () => {
      const drop = nn.dropoutLayer('drop', { rate: 0.4, seed: 1 });
      return ({ x }) => ops.square(drop(x!, step()));
    });
  });

  it('attention: of everything, causal, and to another sequence', () => {
    for (const causal of [false, true])
      expectLayerGradients(sequence(4, 3), (program) => {
        const attention = nn.selfAttention(program, 'attention', { dimension: 4, heads: 2, causal });
        return ({ x }) => attention(x!);
      });
    expectLayerGradients({ ...sequence(4, 3), memory: { shape: [2, 5, 3] } }, (program) => {
      const attention = nn.crossAttention(program, 'attention', { dimension: 4, heads: 2, memoryDimension: 3 });
      return ({ x, memory }) => attention(x!, memory!);
    });
    expectLayerGradients({ ...sequence(4, 3), memory: { shape: [2, 3, 5] } }, (program) => {
      const shape = { queryChannels: 4, keyChannels: 5, dimension: 6, heads: 2 };
      const attention = nn.causalAttention(program, 'attention', shape);
      return ({ x, memory }) => attention(x!, memory!);
    });
  });

  it('a transformer block, with dropout', () => {
    expectLayerGradients(sequence(4, 3), (program) => {
      const options = { dimension: 4, heads: 2, causal: true, branches: 2, dropout: 0.2, seed: 5 };
      const block = nn.transformerBlock(program, 'block', options);
      return ({ x }) => block(x!, step());
    });
  });

  it('the blocks of VQGAN', () => {
    expectLayerGradients({ x: { shape: [2, 2, 3, 4] } }, (program) => {
      const block = nn.vqganResidualBlock(program, 'block', { inChannels: 4, filters: 6, groups: 2 });
      return ({ x }) => block(x!);
    });
    expectLayerGradients({ x: { shape: [2, 2, 3, 4] } }, (program) => {
      const block = nn.vqganAttentionBlock(program, 'block', { channels: 4, groups: 2 });
      return ({ x }) => block(x!);
    });
  });

  it('pixel shuffle', () => {
    expectLayerGradients(images(2), (program) => {
      const up = nn.pixelShuffleUp(program, 'up', { inChannels: 2, filters: 2 });
      return ({ x }) => ops.tanh(up(x!));
    });
  });
});
