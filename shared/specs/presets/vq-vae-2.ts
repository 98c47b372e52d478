import type { Preset } from './preset';

export const vqVae2Presets: readonly Preset[] = [
  {
    name: 'vq-vae-2',
    model: 'vq-vae-2',
    label: { en: 'Two levels', 'zh-CN': '两层' },
    help: {
      en: 'The reference’s network for small pictures: a fine grid of codes, and a coarse one above it.',
      'zh-CN': '参考网络用于小图片：一层细网格的码，其上一层粗网格。',
    },
    spec: {
      model: {
        kind: 'vq-vae-2',
        top: { kind: 'vector', reviveAfter: 200 },
        quantizer: { kind: 'vector', reviveAfter: 200 },
      },
      training: {
        steps: 20_000,
        batch: 32,
        learningRate: 3e-4,
        evaluateEvery: 1000,
        previewEvery: 250,
        checkpointEvery: 500,
      },
    },
  },
  {
    name: 'vq-vae-2-256',
    model: 'vq-vae-2',
    label: { en: 'Reference', 'zh-CN': '参考配置' },
    help: {
      en: 'rosinality/vq-vae-2-pytorch, for 256 × 256 px, in batches of 128.',
      'zh-CN': 'rosinality/vq-vae-2-pytorch，用于 256 × 256 像素，批大小 128。',
    },
    spec: {
      model: { kind: 'vq-vae-2' },
      training: {
        steps: 300_000,
        batch: 32,
        accumulate: 4,
        learningRate: 3e-4,
        evaluateEvery: 5000,
        previewEvery: 1000,
        checkpointEvery: 1000,
      },
    },
  },
  {
    name: 'vq-vae-2-tiny',
    model: 'vq-vae-2',
    label: { en: 'Tiny', 'zh-CN': '极小' },
    help: {
      en: 'Two levels that learn in a minute or two on a CPU; for small pictures, lessons and first tries.',
      'zh-CN': '两层，在 CPU 上一两分钟内学会；适合小图片、课堂和初次尝试。',
    },
    spec: {
      model: {
        kind: 'vq-vae-2',
        hidden: 32,
        residualLayers: 1,
        residualHidden: 16,
        top: { kind: 'vector', codes: 64, dimension: 16, reviveAfter: 100 },
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
];
