import { z } from 'zod';
import { described } from '../field';
import { scheduled } from '../schedule';
import { autoencoderKind } from './kind';

/** dVAE, the first stage of DALL-E (Ramesh et al. 2021, appendix A). */
export const dVaeSchema = z.object({
  kind: z.literal('dvae'),
  codes: described(z.number().int().min(2).max(65_536).default(8192), {
    label: { en: 'Codes K', 'zh-CN': '码的数量 K' },
    help: { en: 'Size of the vocabulary; 8192 in DALL-E.', 'zh-CN': '词表大小；DALL-E 为 8192。' },
  }),
  hidden: described(z.number().int().min(4).max(1024).default(256), {
    label: { en: 'Hidden channels', 'zh-CN': '隐藏通道数' },
    help: {
      en: 'Width at the picture’s full size; each halving doubles it.',
      'zh-CN': '原尺寸处的宽度；每次减半边长，宽度加倍。',
    },
  }),
  groups: described(z.number().int().min(2).max(6).default(4), {
    label: { en: 'Groups', 'zh-CN': '组数' },
    help: {
      en: 'Groups of blocks, with a halving between two: 4 turn 256 × 256 px into 32 × 32 codes.',
      'zh-CN': '残差块的组数，相邻两组之间边长减半：4 组把 256 × 256 像素变为 32 × 32 个码。',
    },
  }),
  blocks: described(z.number().int().min(1).max(8).default(2), {
    label: { en: 'Blocks per group', 'zh-CN': '每组块数' },
    help: { en: 'Residual blocks of four convolutions.', 'zh-CN': '每块含四个卷积的残差块。' },
  }),
  embedding: described(z.number().int().min(2).max(1024).default(128), {
    label: { en: 'Code vectors', 'zh-CN': '码向量长度' },
    help: { en: 'Length of the vectors that the decoder begins with.', 'zh-CN': '解码器起始向量的长度。' },
  }),
  temperature: described(
    scheduled(z.number().gt(0).max(100)).default({ kind: 'cosine', from: 1, to: 0.0625, over: 150_000, warmup: 0 }),
    {
      label: { en: 'Temperature τ', 'zh-CN': '温度 τ' },
      help: {
        en: 'How soft the choice of a code is while training; must end low, since decoding takes one code.',
        'zh-CN': '训练时选码的柔软程度；须降到较低值，因为解码时只取一个码。',
      },
    },
  ),
  kl: described(
    scheduled(z.number().min(0).max(1000)).default({ kind: 'linear', from: 0, to: 6.6, over: 5000, warmup: 0 }),
    {
      label: { en: 'KL weight β', 'zh-CN': 'KL 权重 β' },
      help: {
        en: 'Weight of the divergence of code probabilities from uniform; 1 is the bound on the likelihood, 6.6 DALL-E’s, 0 none.',
        'zh-CN': '码概率相对均匀分布的散度的权重；1 即似然下界，DALL-E 为 6.6，0 表示不用。',
      },
    },
  ),
  straightThrough: described(z.boolean().default(false), {
    label: { en: 'Straight-through', 'zh-CN': '直通' },
    help: {
      en: 'The decoder sees one code per place while training, too; off: a mixture, as in DALL-E.',
      'zh-CN': '训练时解码器也只看到每处一个码；关闭则看到混合，与 DALL-E 相同。',
    },
  }),
});
export type DVaeSpec = z.infer<typeof dVaeSchema>;

export const dVae = autoencoderKind({
  kind: 'dvae',
  schema: dVaeSchema,
  name: { en: 'dVAE', 'zh-CN': 'dVAE' },
  help: {
    en: 'Discrete codes learnt with a temperature (Gumbel-softmax), as in DALL·E.',
    'zh-CN': '用温度（Gumbel-softmax）学习的离散码，如 DALL·E。',
  },
  latent: 'codes',
  media: ['picture'],
});
