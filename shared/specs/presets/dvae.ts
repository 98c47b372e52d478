import type { Preset } from './preset';

export const dVaePresets: readonly Preset[] = [
  {
    name: 'dvae-256',
    model: 'dvae',
    label: { en: 'DALL-E, 256 px', 'zh-CN': 'DALL-E，256 像素' },
    help: {
      en: 'The paper’s network and schedules, for 256 × 256 px. Made for many graphics cards.',
      'zh-CN': '论文的网络与调度，用于 256 × 256 像素。为大量显卡设计。',
    },
    spec: {
      model: { kind: 'dvae' },
      augmentation: { flip: true },
      training: {
        steps: 3_000_000,
        batch: 8,
        accumulate: 64,
        learningRate: { kind: 'cosine', from: 1e-4, to: 1.25e-6, over: 1_200_000, warmup: 0 },
        optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-4 },
        averageDecay: 0.999,
        evaluateEvery: 5000,
        previewEvery: 1000,
        checkpointEvery: 1000,
      },
    },
  },
  {
    name: 'dvae-32',
    model: 'dvae',
    label: { en: 'Small pictures', 'zh-CN': '小图片' },
    help: {
      en: 'A narrower network; temperature 1 to 1/16 over the run, β 1.',
      'zh-CN': '较窄的网络；温度在训练中从 1 降到 1/16，β 为 1。',
    },
    spec: {
      model: {
        kind: 'dvae',
        codes: 1024,
        hidden: 64,
        groups: 3,
        temperature: { kind: 'cosine', from: 1, to: 0.0625, over: null, warmup: 0 },
        kl: { kind: 'linear', from: 0, to: 1, over: 5000, warmup: 0 },
      },
      training: {
        steps: 20_000,
        batch: 32,
        learningRate: { kind: 'cosine', from: 3e-4, to: 1e-5, over: null, warmup: 0 },
        averageDecay: 0.999,
        evaluateEvery: 1000,
        previewEvery: 250,
        checkpointEvery: 500,
      },
    },
  },
  {
    name: 'dvae-tiny',
    model: 'dvae',
    label: { en: 'Tiny', 'zh-CN': '极小' },
    help: {
      en: 'Learns in two or three minutes on a CPU; for small pictures, lessons and first tries.',
      'zh-CN': '在 CPU 上两三分钟内学会；适合小图片、课堂和初次尝试。',
    },
    spec: {
      model: {
        kind: 'dvae',
        codes: 128,
        hidden: 32,
        groups: 3,
        blocks: 1,
        embedding: 32,
        temperature: { kind: 'cosine', from: 1, to: 0.0625, over: null, warmup: 0 },
        kl: { kind: 'linear', from: 0, to: 0.5, over: 500, warmup: 0 },
      },
      training: {
        steps: 1500,
        batch: 32,
        learningRate: { kind: 'cosine', from: 2e-3, to: 1e-4, over: null, warmup: 0 },
        evaluateEvery: 250,
        previewEvery: 50,
        checkpointEvery: 250,
      },
    },
  },
];
