import type { Preset } from './preset';
import { tinyPrior } from './tiny-prior';

/** Presets of priors that fill in masked codes. */
export const maskedPriorPresets: readonly Preset[] = [
  {
    name: 'maskgit-tiny',
    model: 'maskgit',
    ...tinyPrior,
    spec: {
      model: { kind: 'maskgit', layers: 2, dimension: 64, heads: 4, dropout: 0 },
      training: {
        steps: 1000,
        batch: 32,
        learningRate: { kind: 'cosine', from: 2e-3, to: 1e-4, over: null, warmup: 50 },
        optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.96, epsilon: 1e-8, weightDecay: 0.01 },
        evaluateEvery: 250,
        previewEvery: 250,
        checkpointEvery: 250,
      },
    },
  },
  {
    name: 'maskgit-imagenet',
    model: 'maskgit',
    label: { en: 'The paper: ImageNet', 'zh-CN': '论文：ImageNet' },
    help: {
      en: 'Chang et al. 2022 for 16 × 16 codes of 1024, by class: 24 layers of 768, at least half of the codes masked. Needs an accelerator.',
      'zh-CN': 'Chang 等 2022，用于 16 × 16 个码、共 1024 种，按类别：24 层、宽度 768，至少掩盖一半的码。需要加速器。',
    },
    spec: {
      model: {
        kind: 'maskgit',
        layers: 24,
        dimension: 768,
        heads: 16,
        dropout: 0.1,
        leastMasked: 0.5,
        smoothing: 0.1,
        condition: 'class',
      },
      training: {
        steps: 2_000_000,
        batch: 256,
        learningRate: { kind: 'constant', from: 1e-4, warmup: 5000 },
        optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.96, epsilon: 1e-8, weightDecay: 0.045 },
        evaluateEvery: 10_000,
        previewEvery: 5000,
        checkpointEvery: 5000,
      },
    },
  },
];
