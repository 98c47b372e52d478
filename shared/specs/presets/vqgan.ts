import type { Preset } from './preset';

export const vqganPresets: readonly Preset[] = [
  {
    name: 'vqgan-tiny',
    model: 'vqgan',
    label: { en: 'Tiny', 'zh-CN': '极小' },
    help: {
      en: 'All parts in small, for small pictures: minutes on a CPU.',
      'zh-CN': '各部分俱全的小模型，适合小图片：CPU 上数分钟。',
    },
    spec: {
      model: {
        kind: 'vqgan',
        channels: 16,
        multiples: [1, 2, 2],
        blocks: 1,
        attention: 8,
        groups: 8,
        latentChannels: 32,
        quantizer: { kind: 'vector', codes: 128, dimension: 16, update: 'gradient' },
        adversarial: { start: 1000, channels: 16, layers: 2 },
      },
      training: {
        steps: 3000,
        batch: 16,
        learningRate: 5e-4,
        optimizer: { kind: 'adam', beta1: 0.5, beta2: 0.9, epsilon: 1e-8 },
        evaluateEvery: 500,
        previewEvery: 100,
        checkpointEvery: 250,
      },
    },
  },
  {
    name: 'flowers128',
    model: 'vqgan',
    label: { en: 'Few photographs', 'zh-CN': '少量照片' },
    help: {
      en: 'A small configuration for a few thousand photographs and one CPU; made for flowers of 128 px.',
      'zh-CN': '适合数千张照片、单个 CPU 的小配置；为 128 像素的花卉照片设计。',
    },
    spec: {
      model: {
        kind: 'vqgan',
        channels: 16,
        multiples: [1, 2, 4, 4],
        blocks: 1,
        groups: 8,
        latentChannels: 64,
        quantizer: { kind: 'vector', codes: 512, dimension: 32, update: 'ema', reviveAfter: 100 },
        // With few pictures the paper's 0.8 changes colours.
        adversarial: { weight: 0.2, start: 5000, channels: 16 },
      },
      augmentation: { flip: true },
      training: {
        steps: 10_000,
        batch: 8,
        learningRate: 5e-4,
        optimizer: { kind: 'adam', beta1: 0.5, beta2: 0.9, epsilon: 1e-8 },
        evaluateEvery: 500,
        previewEvery: 100,
        checkpointEvery: 250,
      },
    },
  },
  {
    name: 'vqgan-imagenet-f16',
    model: 'vqgan',
    label: { en: 'Paper, ImageNet f16', 'zh-CN': '论文，ImageNet f16' },
    help: {
      en: 'The paper’s configuration, for 256 × 256 px. For a large graphics card and days.',
      'zh-CN': '论文配置，用于 256 × 256 像素。需要大显卡和数天时间。',
    },
    spec: {
      model: { kind: 'vqgan', adversarial: { start: 250_001 } },
      training: {
        steps: 1_000_000,
        batch: 12,
        // 4.5e-6 for each picture of a batch
        learningRate: 5.4e-5,
        optimizer: { kind: 'adam', beta1: 0.5, beta2: 0.9, epsilon: 1e-8 },
        evaluateEvery: 10_000,
        previewEvery: 1000,
        checkpointEvery: 2500,
      },
    },
  },
];
