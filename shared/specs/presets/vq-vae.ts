import type { Preset } from '.';

export const vqVaePresets: readonly Preset[] = [
  {
    name: 'tiny',
    model: 'vq-vae',
    label: { en: 'Tiny', 'zh-CN': '极小' },
    help: {
      en: 'Learns in under a minute on a CPU; for small pictures, lessons and first tries.',
      'zh-CN': '在 CPU 上一分钟内学会；适合小图片、课堂和初次尝试。',
    },
    spec: {
      model: {
        kind: 'vq-vae',
        hidden: 32,
        residualLayers: 1,
        residualHidden: 16,
        downsamplings: 2,
        quantizer: { kind: 'vector', codes: 64, dimension: 16, reviveAfter: 100 },
      },
      training: {
        steps: 1000,
        batch: 32,
        learningRate: 1e-3,
        evaluateEvery: 250,
        previewEvery: 50,
        checkpointEvery: 250,
      },
    },
  },
  {
    name: 'cifar10',
    model: 'vq-vae',
    label: { en: 'CIFAR-10 reference', 'zh-CN': 'CIFAR-10 参考配置' },
    help: {
      en: 'The Sonnet reference: 32 × 32 px to 8 × 8 codes of 512, EMA codebook, 10,000 steps.',
      'zh-CN': 'Sonnet 参考配置：32 × 32 像素变为 8 × 8 个码（共 512 种），EMA 码本，10,000 步。',
    },
    spec: {
      model: { kind: 'vq-vae' },
      training: {
        steps: 10_000,
        batch: 32,
        learningRate: 3e-4,
        evaluateEvery: 1000,
        previewEvery: 250,
        checkpointEvery: 500,
      },
    },
  },
  {
    name: 'photo128',
    model: 'vq-vae',
    label: { en: 'Photos, 128 px', 'zh-CN': '照片，128 像素' },
    help: {
      en: 'Larger pictures: three downsamplings turn 128 × 128 px into 16 × 16 codes.',
      'zh-CN': '较大图片：三次下采样，把 128 × 128 像素变为 16 × 16 个码。',
    },
    spec: {
      model: {
        kind: 'vq-vae',
        hidden: 128,
        downsamplings: 3,
        quantizer: { kind: 'vector', codes: 512, dimension: 64, reviveAfter: 200 },
      },
      training: {
        steps: 20_000,
        batch: 16,
        learningRate: 3e-4,
        flip: true,
        evaluateEvery: 1000,
        previewEvery: 250,
        checkpointEvery: 500,
      },
    },
  },
];
