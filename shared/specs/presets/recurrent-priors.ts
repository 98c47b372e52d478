import type { Preset } from './preset';

/** Presets of recurrent priors: LSTM and GRU. */
export const recurrentPriorPresets: readonly Preset[] = [
  {
    name: 'lstm-tiny',
    model: 'lstm',
    label: { en: 'Tiny', 'zh-CN': '极小' },
    help: {
      en: 'One layer of 128; learns in a few minutes on a CPU. For small grids of codes, lessons and first tries.',
      'zh-CN': '一层、宽度 128；在 CPU 上几分钟内学会。适合小的码网格、课堂和初次尝试。',
    },
    spec: {
      model: { kind: 'lstm', layers: 1, dimension: 128, dropout: 0 },
      training: {
        steps: 1000,
        batch: 32,
        learningRate: { kind: 'cosine', from: 4e-3, to: 2e-4, over: null, warmup: 50 },
        optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
        clipNorm: 1,
        evaluateEvery: 250,
        previewEvery: 250,
        checkpointEvery: 250,
      },
    },
  },
  {
    name: 'lstm-zaremba',
    model: 'lstm',
    label: { en: 'The paper: medium', 'zh-CN': '论文：中型' },
    help: {
      en: 'The medium network of Zaremba et al. 2014 (two layers of 650, half of the values dropped), which they made for words; learnt with Adam.',
      'zh-CN': 'Zaremba 等 2014 为词语设计的中型网络（两层、宽度 650，丢弃一半的值）；使用 Adam 学习。',
    },
    spec: {
      model: { kind: 'lstm', layers: 2, dimension: 650, dropout: 0.5 },
      training: {
        steps: 30_000,
        batch: 32,
        learningRate: { kind: 'cosine', from: 1e-3, to: 1e-5, over: null, warmup: 500 },
        optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
        clipNorm: 5,
        evaluateEvery: 1000,
        previewEvery: 1000,
        checkpointEvery: 1000,
      },
    },
  },
];
