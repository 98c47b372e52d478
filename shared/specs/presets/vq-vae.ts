import type { Preset } from './preset';

/** How the Sonnet reference example trains. */
const reference = {
  steps: 10_000,
  batch: 32,
  learningRate: 3e-4,
  evaluateEvery: 1000,
  previewEvery: 250,
  checkpointEvery: 500,
};

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
      en: 'The Sonnet reference for small colour photographs: two downsamplings, EMA codebook, 10,000 steps.',
      'zh-CN': 'Sonnet 的小幅彩色照片参考配置：两次下采样，EMA 码本，10,000 步。',
    },
    spec: {
      model: { kind: 'vq-vae' },
      training: reference,
    },
  },
  {
    name: 'photo64',
    model: 'vq-vae',
    label: { en: 'Medium pictures', 'zh-CN': '中等图片' },
    help: {
      en: 'For pictures between 32 and 64 px: two downsamplings, and codes that are revived when they die.',
      'zh-CN': '适合 32 至 64 像素的图片：两次下采样，码死去后复活。',
    },
    spec: {
      model: {
        kind: 'vq-vae',
        hidden: 96,
        downsamplings: 2,
        quantizer: { kind: 'vector', codes: 512, dimension: 64, reviveAfter: 200 },
      },
      training: { ...reference, learningRate: 5e-4 },
    },
  },
  {
    name: 'photo128',
    model: 'vq-vae',
    label: { en: 'Large pictures', 'zh-CN': '大图片' },
    help: {
      en: 'For pictures between 64 and 128 px: three downsamplings keep the grid small.',
      'zh-CN': '适合 64 至 128 像素的图片：三次下采样使网格保持较小。',
    },
    spec: {
      model: {
        kind: 'vq-vae',
        hidden: 128,
        downsamplings: 3,
        quantizer: { kind: 'vector', codes: 512, dimension: 64, reviveAfter: 200 },
      },
      augmentation: { flip: true },
      training: {
        steps: 20_000,
        batch: 16,
        learningRate: 3e-4,
        evaluateEvery: 1000,
        previewEvery: 250,
        checkpointEvery: 500,
      },
    },
  },
  {
    name: 'photo256',
    model: 'vq-vae',
    label: { en: 'Very large pictures', 'zh-CN': '超大图片' },
    help: {
      en: 'For pictures beyond 128 px: four downsamplings. Slow on a CPU.',
      'zh-CN': '适合大于 128 像素的图片：四次下采样。在 CPU 上较慢。',
    },
    spec: {
      model: {
        kind: 'vq-vae',
        hidden: 128,
        downsamplings: 4,
        quantizer: { kind: 'vector', codes: 1024, dimension: 64, reviveAfter: 200 },
      },
      augmentation: { flip: true },
      training: {
        steps: 20_000,
        batch: 8,
        learningRate: 3e-4,
        evaluateEvery: 2000,
        previewEvery: 500,
        checkpointEvery: 500,
      },
    },
  },
  {
    name: 'rotation',
    model: 'vq-vae',
    label: { en: 'Rotation trick', 'zh-CN': '旋转技巧' },
    help: {
      en: 'The CIFAR-10 reference with 1024 codes and the rotation trick (Fifty et al. 2024), which keeps more of them in use.',
      'zh-CN': 'CIFAR-10 参考配置，1024 个码，用旋转技巧（Fifty 等 2024）使更多的码保持被使用。',
    },
    spec: {
      model: { kind: 'vq-vae', quantizer: { kind: 'vector', codes: 1024, rotation: true } },
      training: reference,
    },
  },
  {
    name: 'k-means',
    model: 'vq-vae',
    label: { en: 'k-means and revival', 'zh-CN': 'k-means 与复活' },
    help: {
      en: 'The CIFAR-10 reference with 1024 codes that begin by k-means and are revived when they die.',
      'zh-CN': 'CIFAR-10 参考配置，1024 个码由 k-means 初始化，并在死去后复活。',
    },
    spec: {
      model: {
        kind: 'vq-vae',
        quantizer: { kind: 'vector', codes: 1024, initialisation: 'k-means', reviveAfter: 100 },
      },
      training: reference,
    },
  },
  {
    name: 'simvq',
    model: 'vq-vae',
    label: { en: 'SimVQ', 'zh-CN': 'SimVQ' },
    help: {
      en: 'The CIFAR-10 reference with a frozen table of 4096 codes and one learnt matrix (Zhu et al. 2024).',
      'zh-CN': 'CIFAR-10 参考配置，4096 个冻结的码加一个学得的矩阵（Zhu 等 2024）。',
    },
    spec: { model: { kind: 'vq-vae', quantizer: { kind: 'simvq', codes: 4096, dimension: 64 } }, training: reference },
  },
  {
    name: 'factorised',
    model: 'vq-vae',
    label: { en: 'Factorised codes', 'zh-CN': '分解投影的码' },
    help: {
      en: 'The CIFAR-10 reference with 4096 codes of 8 components on the unit sphere, learnt by gradient, as in LlamaGen’s tokenizer.',
      'zh-CN': 'CIFAR-10 参考配置，4096 个单位球面上的 8 维码，由梯度学习，与 LlamaGen 的分词器相同。',
    },
    spec: {
      model: {
        kind: 'vq-vae',
        quantizer: { kind: 'factorised', codes: 4096, dimension: 64, codeDimension: 8, update: 'gradient' },
      },
      training: reference,
    },
  },
  {
    name: 'gumbel',
    model: 'vq-vae',
    label: { en: 'Gumbel-softmax', 'zh-CN': 'Gumbel-softmax' },
    help: {
      en: 'The CIFAR-10 reference with codes drawn by Gumbel-softmax, temperature from 1 to 1/16 (Jang et al. 2017; DALL-E), and a KL weight that keeps codes in use.',
      'zh-CN':
        'CIFAR-10 参考配置，用 Gumbel-softmax 抽取码，温度从 1 降到 1/16（Jang 等 2017；DALL-E），KL 权重使码保持被使用。',
    },
    spec: {
      model: { kind: 'vq-vae', quantizer: { kind: 'gumbel', codes: 512, dimension: 64, kl: 0.02 } },
      training: reference,
    },
  },
  {
    name: 'fsq',
    model: 'vq-vae',
    label: { en: 'Finite scalars (FSQ)', 'zh-CN': '有限标量（FSQ）' },
    help: {
      en: 'The CIFAR-10 reference with 8 · 5 · 5 · 5 = 1000 codes that are not learnt (Mentzer et al. 2023).',
      'zh-CN': 'CIFAR-10 参考配置，8 · 5 · 5 · 5 = 1000 个无需学习的码（Mentzer 等 2023）。',
    },
    spec: { model: { kind: 'vq-vae', quantizer: { kind: 'fsq', levels: [8, 5, 5, 5] } }, training: reference },
  },
  {
    name: 'lfq',
    model: 'vq-vae',
    label: { en: 'Lookup-free (LFQ)', 'zh-CN': '免查表（LFQ）' },
    help: {
      en: 'The CIFAR-10 reference with codes of 10 bits and the entropy loss of MAGVIT-2 (Yu et al. 2023).',
      'zh-CN': 'CIFAR-10 参考配置，10 位的码与 MAGVIT-2 的熵损失（Yu 等 2023）。',
    },
    spec: { model: { kind: 'vq-vae', quantizer: { kind: 'lfq', bits: 10 } }, training: reference },
  },
  {
    name: 'bsq',
    model: 'vq-vae',
    label: { en: 'Binary spherical (BSQ)', 'zh-CN': '二值球面（BSQ）' },
    help: {
      en: 'The CIFAR-10 reference with codes of 16 bits on the unit sphere (Zhao et al. 2024, who take 18 and more).',
      'zh-CN': 'CIFAR-10 参考配置，单位球面上 16 位的码（Zhao 等 2024，论文为 18 位及以上）。',
    },
    spec: { model: { kind: 'vq-vae', quantizer: { kind: 'lfq', bits: 16, spherical: true } }, training: reference },
  },
  {
    name: 'residual',
    model: 'vq-vae',
    label: { en: 'Residual codes', 'zh-CN': '残差码' },
    help: {
      en: 'The CIFAR-10 reference with four stages over one codebook, as in RQ-VAE (Lee et al. 2022), and revival.',
      'zh-CN': 'CIFAR-10 参考配置，四级共用一个码本，如 RQ-VAE（Lee 等 2022），并复活死码。',
    },
    spec: {
      model: {
        kind: 'vq-vae',
        quantizer: {
          kind: 'residual',
          stages: 4,
          shared: true,
          quantizer: { kind: 'vector', codes: 512, dimension: 64, reviveAfter: 100 },
        },
      },
      training: reference,
    },
  },
  {
    name: 'grouped',
    model: 'vq-vae',
    label: { en: 'Grouped codes', 'zh-CN': '分组码' },
    help: {
      en: 'The CIFAR-10 reference with two groups of 320 codes, the sizes of vq-wav2vec (Baevski et al. 2020), and revival.',
      'zh-CN': 'CIFAR-10 参考配置，两组各 320 个码，规模同 vq-wav2vec（Baevski 等 2020），并复活死码。',
    },
    spec: {
      model: {
        kind: 'vq-vae',
        quantizer: {
          kind: 'grouped',
          groups: 2,
          quantizer: { kind: 'vector', codes: 320, dimension: 32, reviveAfter: 100 },
        },
      },
      training: reference,
    },
  },
];
