import type { Preset } from './preset';

/** Training of what is fitted before the first step: a step only measures how well. */
const atOnce = { steps: 1, batch: 64, evaluateEvery: 1, previewEvery: 1, checkpointEvery: 1 };

export const vectorPriorPresets: readonly Preset[] = [
  {
    name: 'gaussian',
    model: 'gaussian',
    label: { en: 'Mean and covariance', 'zh-CN': '均值与协方差' },
    help: {
      en: 'The maximum-likelihood Gaussian, computed at once: what every other prior should beat.',
      'zh-CN': '似然最大的高斯，一次求出；其他先验都应胜过它。',
    },
    spec: { model: { kind: 'gaussian' }, training: atOnce },
  },
  {
    name: 'gaussian-tiny',
    model: 'gaussian',
    label: { en: 'Tiny: variances alone', 'zh-CN': '极小：只有方差' },
    help: {
      en: 'Every component of the vector by itself: for long vectors and few pictures.',
      'zh-CN': '向量的各分量互不相关：适合长向量和少量图片。',
    },
    spec: { model: { kind: 'gaussian', covariance: 'diagonal' }, training: atOnce },
  },
  {
    name: 'mixture',
    model: 'mixture',
    label: { en: 'Ten Gaussians', 'zh-CN': '十个高斯' },
    help: {
      en: 'As Ghosh et al. (2020) fit to the latents of autoencoders: a minute or two for vectors of 64.',
      'zh-CN': '如 Ghosh 等（2020）拟合自编码器的潜变量：长 64 的向量需一两分钟。',
    },
    spec: { model: { kind: 'mixture' }, training: atOnce },
  },
  {
    name: 'mixture-tiny',
    model: 'mixture',
    label: { en: 'Tiny', 'zh-CN': '极小' },
    help: {
      en: 'Ten Gaussians without covariances, in seconds.',
      'zh-CN': '十个没有协方差的高斯，几秒完成。',
    },
    spec: { model: { kind: 'mixture', covariance: 'diagonal' }, training: atOnce },
  },
  {
    name: 'made-mog',
    model: 'made',
    label: { en: 'MADE MoG (Papamakarios et al. 2017)', 'zh-CN': 'MADE MoG（Papamakarios 等 2017）' },
    help: {
      en: 'Two layers of 512, ten Gaussians per component, batches of 100, Adam at 10⁻⁴: that paper’s strongest model without a flow.',
      'zh-CN': '两层各 512，每个分量十个高斯，批大小 100，Adam 学习率 10⁻⁴：该论文中不用流的最强模型。',
    },
    spec: {
      model: { kind: 'made', layers: 2, width: 512, components: 10 },
      training: { steps: 20_000, batch: 100, learningRate: 1e-4, evaluateEvery: 1000, previewEvery: 1000 },
    },
  },
  {
    name: 'made-tiny',
    model: 'made',
    label: { en: 'Tiny', 'zh-CN': '极小' },
    help: {
      en: 'One small layer: learns in a minute on a CPU.',
      'zh-CN': '一个小的层：在 CPU 上一分钟学会。',
    },
    spec: {
      model: { kind: 'made', layers: 1, width: 64, components: 5 },
      training: {
        steps: 1000,
        batch: 64,
        learningRate: { kind: 'cosine', from: 3e-3, to: 1e-4, over: null, warmup: 50 },
        evaluateEvery: 250,
        previewEvery: 250,
        checkpointEvery: 250,
      },
    },
  },
];
