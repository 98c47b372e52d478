import type { Preset } from '.';

export const vqVae2Presets: readonly Preset[] = [
  {
    name: 'vq-vae-2',
    model: 'vq-vae-2',
    label: { en: 'Two levels, 32 to 64 px', 'zh-CN': '两层，32 至 64 像素' },
    help: {
      en: 'The reference’s network for small pictures: 32 × 32 px become 8 × 8 codes with 4 × 4 above them.',
      'zh-CN': '参考网络用于小图片：32 × 32 像素变为 8 × 8 个码，其上再有 4 × 4 个码。',
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
    label: { en: 'Reference, 256 px', 'zh-CN': '参考配置，256 像素' },
    help: {
      en: 'rosinality/vq-vae-2-pytorch: 256 × 256 px to 64 × 64 codes with 32 × 32 above them, 512 of each; batches of 128.',
      'zh-CN': 'rosinality/vq-vae-2-pytorch：256 × 256 像素变为 64 × 64 个码，其上 32 × 32 个，各 512 种；批大小 128。',
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
