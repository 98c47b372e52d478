import { z } from 'zod';
import { described } from '../field';
import { autoencoderKind } from './kind';
import { defaultLikelihood, likelihoodSamples, likelihoodSchema } from './likelihood';
import { defaultNetwork, latentLength, networkSchema } from './network';

/** Importance weighted autoencoder (Burda, Grosse and Salakhutdinov 2016). */
export const iwaeSchema = z.object({
  kind: z.literal('iwae'),
  latent: latentLength,
  network: networkSchema.default(defaultNetwork),
  likelihood: likelihoodSchema.default(defaultLikelihood),
  samples: described(z.number().int().min(1).max(1000).default(5), {
    label: { en: 'Samples k', 'zh-CN': '样本数 k' },
    help: {
      en: 'Latents drawn per picture and step: more make the bound tighter and the step slower. 1, 5 and 50 in the paper.',
      'zh-CN': '每步为每张图片抽取的潜变量数：越多，界越紧，每步也越慢。论文中为 1、5 和 50。',
    },
  }),
  estimator: described(z.enum(['iwae', 'dreg']).default('iwae'), {
    label: { en: 'Gradient estimate', 'zh-CN': '梯度估计' },
    help: {
      en: 'The encoder’s gradient: the paper’s, or doubly reparameterised, whose noise doesn’t grow with k.',
      'zh-CN': '编码器的梯度：论文的估计，或双重重参数化（噪声不随 k 增大）。',
    },
    values: {
      iwae: { en: 'IWAE', 'zh-CN': 'IWAE' },
      dreg: { en: 'DReG (Tucker et al. 2019)', 'zh-CN': 'DReG（Tucker 等 2019）' },
    },
  }),
  likelihoodSamples,
});
export type IwaeSpec = z.infer<typeof iwaeSchema>;

export const iwae = autoencoderKind({
  kind: 'iwae',
  schema: iwaeSchema,
  name: { en: 'IWAE', 'zh-CN': 'IWAE' },
  help: {
    en: 'A VAE with several samples per picture: a tighter bound on the likelihood.',
    'zh-CN': '每张图片取多个样本的 VAE：似然界更紧。',
  },
  latent: 'vector',
  hasNormalPrior: true,
  media: ['picture'],
});
