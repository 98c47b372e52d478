import type { Preset } from './preset';

const tinyTraining = {
  steps: 1000,
  batch: 32,
  learningRate: 1e-3,
  evaluateEvery: 250,
  previewEvery: 50,
  checkpointEvery: 250,
};
const tinyHelp = {
  en: 'Learns in under a minute on a CPU; for small pictures, lessons and first tries.',
  'zh-CN': '在 CPU 上一分钟内学会；适合小图片、课堂和初次尝试。',
};
const tinyNetwork = { kind: 'dense', layers: 1, width: 128, activation: 'relu' } as const;
const photoTraining = {
  steps: 10_000,
  batch: 64,
  learningRate: 1e-3,
  evaluateEvery: 1000,
  previewEvery: 250,
  checkpointEvery: 500,
};

/** Two hidden layers of 200 tanh units and 50 latents: the network of Burda et al. for one stochastic layer. */
const burda = {
  latent: 50,
  network: { kind: 'dense', layers: 2, width: 200, activation: 'tanh' },
  likelihood: { kind: 'bernoulli', binarise: true },
} as const;

/**
 * yburda/iwae trains 3280 epochs of MNIST in eight stages, each three times as long as the one before, with learning
 * rates from 10⁻³ to 10⁻⁴. A first stage of that length, at its rate, and an exponential fall to the last, is what a
 * desk machine has the time for; `steps` makes it longer.
 */
const burdaTraining = {
  steps: 100_000,
  batch: 20,
  learningRate: { kind: 'exponential', from: 1e-3, to: 1e-4, over: null, warmup: 0 },
  optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-4 },
  evaluateEvery: 5000,
  previewEvery: 1000,
  checkpointEvery: 2500,
} as const;

export const vectorPresets: readonly Preset[] = [
  {
    name: 'pca',
    model: 'pca',
    label: { en: '64 components', 'zh-CN': '64 个主成分' },
    help: {
      en: 'Found exactly before the first step; what other models should beat at the same length.',
      'zh-CN': '在第一步之前精确求出；其他模型在相同长度下应当胜过它。',
    },
    spec: {
      model: { kind: 'pca', latent: 64 },
      training: { steps: 1, batch: 32, evaluateEvery: 1, previewEvery: 1, checkpointEvery: 1 },
    },
  },
  {
    name: 'pca-tiny',
    model: 'pca',
    label: { en: 'Tiny', 'zh-CN': '极小' },
    help: {
      en: 'Sixteen components, found in seconds: enough to see what eigen-pictures are.',
      'zh-CN': '十六个主成分，几秒求出；足以看懂特征图片。',
    },
    spec: {
      model: { kind: 'pca', latent: 16 },
      training: { steps: 1, batch: 32, evaluateEvery: 1, previewEvery: 1, checkpointEvery: 1 },
    },
  },
  {
    name: 'ae',
    model: 'ae',
    label: { en: 'Convolutional', 'zh-CN': '卷积' },
    help: {
      en: 'A convolutional autoencoder with 64 numbers per picture, for small photographs.',
      'zh-CN': '每张图片 64 个数的卷积自编码器，适合小照片。',
    },
    spec: { model: { kind: 'ae', latent: 64 }, training: photoTraining },
  },
  {
    name: 'ae-tiny',
    model: 'ae',
    label: { en: 'Tiny', 'zh-CN': '极小' },
    help: tinyHelp,
    spec: { model: { kind: 'ae', latent: 16, network: tinyNetwork }, training: tinyTraining },
  },
  {
    name: 'vae',
    model: 'vae',
    label: { en: 'Convolutional', 'zh-CN': '卷积' },
    help: {
      en: 'A convolutional VAE for small photographs: Gaussian decoder with a learnt deviation, KL warm-up.',
      'zh-CN': '适合小照片的卷积 VAE：高斯解码器（学习标准差），KL 预热。',
    },
    spec: {
      model: { kind: 'vae', latent: 64, beta: { kind: 'constant', from: 1, warmup: 1000 } },
      training: photoTraining,
    },
  },
  {
    name: 'vae-tiny',
    model: 'vae',
    label: { en: 'Tiny', 'zh-CN': '极小' },
    help: tinyHelp,
    spec: { model: { kind: 'vae', latent: 8, network: tinyNetwork, likelihoodSamples: 100 }, training: tinyTraining },
  },
  {
    name: 'vae-mnist',
    model: 'vae',
    label: { en: 'MNIST, as in the IWAE paper', 'zh-CN': 'MNIST（IWAE 论文）' },
    help: {
      en: 'Digits binarised at random, 200 × 2 tanh units, 50 latents. The paper trains 98 times as long and reports 86.8 nats.',
      'zh-CN': '随机二值化的数字，200 × 2 个 tanh 单元，50 维潜变量。论文训练 98 倍之久，报告 86.8 奈特。',
    },
    spec: { model: { kind: 'vae', ...burda }, training: burdaTraining },
  },
  {
    name: 'iwae-tiny',
    model: 'iwae',
    label: { en: 'Tiny', 'zh-CN': '极小' },
    help: tinyHelp,
    spec: {
      model: { kind: 'iwae', latent: 8, network: tinyNetwork, samples: 5, likelihoodSamples: 100 },
      training: tinyTraining,
    },
  },
  {
    name: 'iwae-mnist',
    model: 'iwae',
    label: { en: 'MNIST, as in the paper', 'zh-CN': 'MNIST（论文配置）' },
    help: {
      en: 'Five samples, 200 × 2 tanh units, 50 latents. The paper trains 98 times as long and reports 85.5 nats.',
      'zh-CN': '五个样本，200 × 2 个 tanh 单元，50 维潜变量。论文训练 98 倍之久，报告 85.5 奈特。',
    },
    spec: { model: { kind: 'iwae', ...burda, samples: 5 }, training: burdaTraining },
  },
];
