import { z } from 'zod';
import { described, where } from '../field';
import { refuse } from '../refusal';
import { scheduled } from '../schedule';
import { autoencoderKind } from './kind';
import { likelihoodSamples, likelihoodSchema } from './likelihood';
import { networkSchema } from './network';

const estimators = ['reinforce', 'baseline', 'rloo', 'vimco', 'gumbel', 'gumbel-st', 'straight-through'] as const;
/** These compare the draws of a picture with each other. */
const needsSeveral: readonly string[] = ['rloo', 'vimco'];

/** A VAE with categorical variables and a choice of gradient estimators, to learn and compare how they behave. */
export const discreteVaeSchema = z
  .object({
    kind: z.literal('discrete-vae'),
    variables: described(z.number().int().min(1).max(64).default(20), {
      label: { en: 'Variables', 'zh-CN': '变量数' },
      help: { en: 'Codes that a picture becomes.', 'zh-CN': '一张图片变成多少个码。' },
    }),
    codes: described(z.number().int().min(2).max(256).default(10), {
      label: { en: 'Values', 'zh-CN': '取值数' },
      help: { en: 'Values of a variable; 2 are Bernoulli variables.', 'zh-CN': '每个变量的取值个数；2 即伯努利变量。' },
    }),
    estimator: described(z.enum(estimators).default('rloo'), {
      label: { en: 'Gradient estimate', 'zh-CN': '梯度估计' },
      help: {
        en: 'How the encoder learns although a draw has no gradient; compare their gradient variance.',
        'zh-CN': '抽样没有梯度时编码器如何学习；可比较各自的梯度方差。',
      },
      values: {
        reinforce: { en: 'REINFORCE', 'zh-CN': 'REINFORCE' },
        baseline: { en: 'REINFORCE with a baseline', 'zh-CN': '带基线的 REINFORCE' },
        rloo: { en: 'Leave-one-out (RLOO)', 'zh-CN': '留一法（RLOO）' },
        vimco: { en: 'VIMCO', 'zh-CN': 'VIMCO' },
        gumbel: { en: 'Gumbel-softmax', 'zh-CN': 'Gumbel-softmax' },
        'gumbel-st': { en: 'Gumbel-softmax, straight-through', 'zh-CN': 'Gumbel-softmax（直通）' },
        'straight-through': { en: 'Straight-through', 'zh-CN': '直通' },
      },
    }),
    samples: described(z.number().int().min(1).max(64).default(4), {
      label: { en: 'Draws', 'zh-CN': '抽样数' },
      help: { en: 'Draws per picture and step.', 'zh-CN': '每步每张图片的抽样数。' },
    }),
    temperature: described(scheduled(z.number().gt(0).max(100)).default(0.5), {
      applies: where('estimator', 'gumbel', 'gumbel-st'),
      label: { en: 'Temperature τ', 'zh-CN': '温度 τ' },
      help: {
        en: 'For Gumbel-softmax: low is less biased and noisier. Others don’t use it.',
        'zh-CN': 'Gumbel-softmax 的温度：越低偏差越小、噪声越大。其他估计不用。',
      },
    }),
    measureVariance: described(z.boolean().default(true), {
      label: { en: 'Measure gradient variance', 'zh-CN': '测量梯度方差' },
      help: {
        en: 'Estimates each step’s gradient a second time and shows how far the two are apart; a step takes about twice as long.',
        'zh-CN': '每步再估计一次梯度并显示两者的差异；每步约慢一倍。',
      },
    }),
    network: networkSchema.default(networkSchema.parse({ kind: 'dense' })),
    likelihood: likelihoodSchema.default(likelihoodSchema.parse({ kind: 'bernoulli' })),
    likelihoodSamples,
  })
  .superRefine(({ estimator, samples }, context) => {
    if (samples > 1 || !needsSeveral.includes(estimator)) return;
    refuse(context, 'samples', {
      en: 'This estimator compares a picture’s draws with each other. Use 2 or more.',
      'zh-CN': '该估计需比较同一图片的多次抽样。请设为 2 或更多。',
    });
  });
export type DiscreteVaeSpec = z.infer<typeof discreteVaeSchema>;

export const discreteVae = autoencoderKind({
  kind: 'discrete-vae',
  schema: discreteVaeSchema,
  name: { en: 'Discrete VAE', 'zh-CN': '离散 VAE' },
  help: {
    en: 'For teaching: three ways to learn through a random choice, and how noisy each is.',
    'zh-CN': '教学用：穿过随机选择学习的三种方法，以及各自的噪声大小。',
  },
  latent: 'codes',
  media: ['picture'],
});
