import { z } from 'zod';
import { described } from '../field';
import { scheduled } from '../schedule';
import { autoencoderKind } from './kind';
import { defaultLikelihood, likelihoodSamples, likelihoodSchema } from './likelihood';
import { defaultNetwork, latentLength, networkSchema } from './network';

/**
 * Variational autoencoder (Kingma and Welling 2014), with the β of Higgins et al. (2017) and free bits (Kingma et al.
 * 2016).
 */
export const vaeSchema = z.object({
  kind: z.literal('vae'),
  latent: latentLength,
  network: networkSchema.default(defaultNetwork),
  likelihood: likelihoodSchema.default(defaultLikelihood),
  beta: described(scheduled(z.number().min(0).max(1000)).default(1), {
    label: { en: 'KL weight β', 'zh-CN': 'KL 权重 β' },
    help: {
      en: '1 is the bound on the likelihood; more asks for simpler latents, less for better reconstructions. A warm-up helps against collapse.',
      'zh-CN': '1 即似然下界；更大使潜变量更简单，更小使重建更好。预热可防止坍缩。',
    },
  }),
  freeBits: described(z.number().min(0).max(100).default(0), {
    label: { en: 'Free bits', 'zh-CN': '自由比特' },
    help: {
      en: 'KL that each component may spend before it counts; 0 means none.',
      'zh-CN': '每个分量可免费使用的 KL；0 表示没有。',
    },
    unit: { en: 'nats per component', 'zh-CN': '奈特/分量' },
  }),
  likelihoodSamples,
});
export type VaeSpec = z.infer<typeof vaeSchema>;

export const vae = autoencoderKind({
  kind: 'vae',
  schema: vaeSchema,
  name: { en: 'VAE', 'zh-CN': 'VAE' },
  help: {
    en: 'A vector with a distribution: random vectors decode to new pictures.',
    'zh-CN': '服从分布的向量：随机向量可解码出新图片。',
  },
  latent: 'vector',
  hasNormalPrior: true,
  media: ['picture'],
});
