import type { Preset } from './preset';
import { tinyPrior } from './tiny-prior';

export const priorPresets: readonly Preset[] = [
  {
    name: 'gpt-tiny',
    model: 'gpt',
    ...tinyPrior,
    spec: {
      model: { kind: 'gpt', layers: 2, dimension: 64, heads: 4 },
      training: {
        steps: 1000,
        batch: 32,
        learningRate: { kind: 'cosine', from: 2e-3, to: 1e-4, over: null, warmup: 50 },
        optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.01 },
        evaluateEvery: 250,
        previewEvery: 250,
        checkpointEvery: 250,
      },
    },
  },
  {
    name: 'gpt-small',
    model: 'gpt',
    label: { en: 'Small', 'zh-CN': '小型' },
    help: {
      en: 'Four layers of 256 for codes by the hundred: an hour or two on a CPU, more for larger grids.',
      'zh-CN': '四层、宽度 256，适合数百个码：CPU 上一两小时，网格更大则更久。',
    },
    spec: {
      model: { kind: 'gpt' },
      training: {
        steps: 10_000,
        batch: 32,
        learningRate: { kind: 'cosine', from: 1e-3, to: 1e-5, over: null, warmup: 200 },
        optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.01 },
        clipNorm: 1,
        evaluateEvery: 1000,
        previewEvery: 500,
        checkpointEvery: 500,
      },
    },
  },
];
