import type { Preset } from './preset';

/** 8192 codes looked up in 32 dimensions on the unit sphere. */
const codes = (dimension: number) =>
  ({ kind: 'factorised', codes: 8192, dimension, codeDimension: 32, update: 'gradient', commitment: 0.25 }) as const;

const paperTraining = {
  steps: 500_000,
  batch: 256,
  learningRate: { kind: 'cosine', from: 1e-4, to: 0, over: null, warmup: 10_000 },
  optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 1e-4 },
  evaluateEvery: 10_000,
  previewEvery: 1000,
  checkpointEvery: 2500,
} as const;

export const vitVqganPresets: readonly Preset[] = [
  {
    name: 'vit-tiny',
    model: 'vit-vqgan',
    label: { en: 'Tiny', 'zh-CN': '极小' },
    help: {
      en: 'All parts in small, for small pictures: minutes on a CPU.',
      'zh-CN': '各部分俱全的小模型，适合小图片：CPU 上数分钟。',
    },
    spec: {
      model: {
        kind: 'vit-vqgan',
        patch: 4,
        encoder: { width: 64, layers: 2, heads: 4 },
        decoder: { width: 64, layers: 2, heads: 4 },
        // By gradient few pictures leave two codes in use.
        quantizer: {
          kind: 'factorised',
          codes: 256,
          dimension: 64,
          codeDimension: 8,
          initialisation: 'k-means',
          reviveAfter: 50,
        },
        adversarial: { start: 1000, layers: 2, channels: 16, norm: 'group' },
      },
      training: {
        steps: 3000,
        batch: 16,
        learningRate: 5e-4,
        optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 1e-4 },
        evaluateEvery: 500,
        previewEvery: 100,
        checkpointEvery: 250,
      },
    },
  },
  {
    name: 'vit-small',
    model: 'vit-vqgan',
    label: { en: 'Paper, small', 'zh-CN': '论文，small' },
    help: {
      en: 'The paper’s small model, for 256 × 256 px. For large graphics cards and days.',
      'zh-CN': '论文的 small 模型，用于 256 × 256 像素。需要大显卡和数天时间。',
    },
    spec: {
      model: { kind: 'vit-vqgan', quantizer: codes(512), adversarial: { penalty: 10 } },
      training: paperTraining,
    },
  },
  {
    name: 'vit-base',
    model: 'vit-vqgan',
    label: { en: 'Paper, base', 'zh-CN': '论文，base' },
    help: {
      en: 'The paper’s base model: as small, with 12 layers of 768. For large graphics cards and days.',
      'zh-CN': '论文的 base 模型：同 small，12 层、宽 768。需要大显卡和数天时间。',
    },
    spec: {
      model: {
        kind: 'vit-vqgan',
        encoder: { width: 768, layers: 12, heads: 12 },
        decoder: { width: 768, layers: 12, heads: 12 },
        quantizer: codes(768),
        adversarial: { penalty: 10 },
      },
      training: paperTraining,
    },
  },
];
