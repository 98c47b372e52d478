import type { Preset } from './preset';
import { tinyPrior } from './tiny-prior';

const tinyTraining: Preset['spec']['training'] = {
  steps: 1000,
  batch: 32,
  learningRate: { kind: 'cosine', from: 5e-3, to: 1e-4, over: null, warmup: 50 },
  optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.01 },
  evaluateEvery: 250,
  previewEvery: 250,
  checkpointEvery: 250,
};

/** Adam at a constant rate, as the code of each of these used it. */
const constantTraining = {
  batch: 32,
  learningRate: 3e-4,
  optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  evaluateEvery: 2000,
  previewEvery: 2000,
  checkpointEvery: 2000,
} as const;

/** Presets of priors made of masked convolutions. */
export const gridPriorPresets: readonly Preset[] = [
  {
    name: 'pixelcnn-tiny',
    model: 'pixelcnn',
    ...tinyPrior,
    spec: { model: { kind: 'pixelcnn', blocks: 4, channels: 32, head: 128 }, training: tinyTraining },
  },
  {
    name: 'pixelcnn-paper',
    model: 'pixelcnn',
    label: { en: 'The paper', 'zh-CN': '论文配置' },
    help: {
      en: 'The network that van den Oord, Kalchbrenner and Kavukcuoglu used for CIFAR-10 (h = 128, 15 blocks), over codes.',
      'zh-CN': 'van den Oord、Kalchbrenner 与 Kavukcuoglu 用于 CIFAR-10 的网络（h = 128，15 块），用于码。',
    },
    spec: {
      model: { kind: 'pixelcnn', blocks: 15, channels: 128, head: 1024, dropout: 0 },
      training: { ...constantTraining, steps: 100_000 },
    },
  },
  {
    name: 'gated-pixelcnn-tiny',
    model: 'gated-pixelcnn',
    ...tinyPrior,
    spec: { model: { kind: 'gated-pixelcnn', layers: 5, channels: 32, head: 128 }, training: tinyTraining },
  },
  {
    name: 'gated-pixelcnn-vq-vae',
    model: 'gated-pixelcnn',
    label: { en: 'For a VQ-VAE', 'zh-CN': '用于 VQ-VAE' },
    help: {
      en: 'Fifteen layers of 64, as the public PyTorch VQ-VAEs train it for CIFAR-10’s codes: 100 epochs of 50,000 pictures.',
      'zh-CN': '十五层、宽度 64，与公开的 PyTorch VQ-VAE 在 CIFAR-10 的码上的训练相同：五万张图片 100 轮。',
    },
    spec: {
      model: { kind: 'gated-pixelcnn', layers: 15, channels: 64, head: 512, dropout: 0, condition: 'class' },
      training: { ...constantTraining, steps: 156_000 },
    },
  },
  {
    name: 'pixelsnail-tiny',
    model: 'pixelsnail',
    ...tinyPrior,
    spec: {
      model: { kind: 'pixelsnail', blocks: 1, residuals: 3, channels: 32, residualChannels: 32, heads: 4 },
      training: tinyTraining,
    },
  },
  {
    name: 'pixelsnail-vq-vae-2',
    model: 'pixelsnail',
    label: { en: 'For VQ-VAE-2', 'zh-CN': '用于 VQ-VAE-2' },
    help: {
      en: 'Four blocks of 256 with attention on the coarsest level, as in rosinality’s code for 256 × 256 pictures. For large machines.',
      'zh-CN': '四块、宽度 256，注意力仅在最粗的层，与 rosinality 用于 256 × 256 图片的代码相同。需要大型机器。',
    },
    spec: {
      model: {
        kind: 'pixelsnail',
        blocks: 4,
        residuals: 4,
        channels: 256,
        residualChannels: 256,
        kernel: 5,
        firstKernel: 5,
        heads: 8,
        dropout: 0.1,
        attention: 'coarsest',
        above: 256,
        aboveBlocks: 3,
      },
      training: { ...constantTraining, steps: 100_000 },
    },
  },
];
