import type { Preset } from './preset';

/** 200 hidden tanh units twice, on binarised digits: the size that papers on estimators compare them at. */
const network = { kind: 'dense', layers: 2, width: 200, activation: 'tanh' } as const;
const training = {
  steps: 20_000,
  batch: 64,
  learningRate: 5e-4,
  evaluateEvery: 1000,
  previewEvery: 250,
  checkpointEvery: 500,
};

export const discreteVaePresets: readonly Preset[] = [
  {
    name: 'discrete-vae-tiny',
    model: 'discrete-vae',
    label: { en: 'Tiny', 'zh-CN': '极小' },
    help: {
      en: 'Ten variables of ten values, leave-one-out estimates; learns in under a minute on a CPU.',
      'zh-CN': '十个十值变量，留一法估计；在 CPU 上一分钟内学会。',
    },
    spec: {
      model: {
        kind: 'discrete-vae',
        variables: 10,
        network: { kind: 'dense', layers: 1, width: 128, activation: 'relu' },
      },
      training: { ...training, steps: 2000, learningRate: 1e-3, batch: 32, evaluateEvery: 500, previewEvery: 100 },
    },
  },
  {
    name: 'discrete-vae-rloo',
    model: 'discrete-vae',
    label: { en: 'Leave-one-out', 'zh-CN': '留一法' },
    help: {
      en: 'Score function with leave-one-out baselines (Kool et al. 2019): unbiased, four draws. One of a pair with Gumbel-softmax.',
      'zh-CN': '带留一基线的得分函数估计（Kool 等 2019）：无偏，四次抽样。与 Gumbel-softmax 一组对照。',
    },
    spec: { model: { kind: 'discrete-vae', estimator: 'rloo', network }, training },
  },
  {
    name: 'discrete-vae-gumbel',
    model: 'discrete-vae',
    label: { en: 'Gumbel-softmax', 'zh-CN': 'Gumbel-softmax' },
    help: {
      en: 'The same model learnt through relaxed draws (Jang et al. 2017), with temperature from 1 to 0.5: biased, less noise.',
      'zh-CN': '同一模型用松弛抽样学习（Jang 等 2017），温度从 1 降到 0.5：有偏，噪声较小。',
    },
    spec: {
      model: {
        kind: 'discrete-vae',
        estimator: 'gumbel',
        temperature: { kind: 'exponential', from: 1, to: 0.5, over: null, warmup: 0 },
        network,
      },
      training,
    },
  },
];
