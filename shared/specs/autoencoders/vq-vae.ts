import { z } from 'zod';
import { described } from '../field';
import { quantizerSchema, vectorQuantizerSchema } from '../quantizers';
import { autoencoderKind } from './kind';

/** VQ-VAE (van den Oord et al. 2017) with the network of the Sonnet reference example. */
export const vqVaeSchema = z.object({
  kind: z.literal('vq-vae').default('vq-vae'),
  hidden: described(z.number().int().min(4).max(1024).default(128), {
    label: { en: 'Hidden channels', 'zh-CN': '隐藏通道数' },
    help: { en: 'Width of encoder and decoder.', 'zh-CN': '编码器与解码器的宽度。' },
  }),
  residualLayers: described(z.number().int().min(0).max(16).default(2), {
    label: { en: 'Residual layers', 'zh-CN': '残差层数' },
    help: { en: 'Residual layers in each of encoder and decoder.', 'zh-CN': '编码器和解码器各自的残差层数。' },
  }),
  residualHidden: described(z.number().int().min(2).max(1024).default(32), {
    label: { en: 'Residual channels', 'zh-CN': '残差通道数' },
    help: { en: 'Width inside a residual layer.', 'zh-CN': '残差层内部的宽度。' },
  }),
  downsamplings: described(z.number().int().min(1).max(5).default(2), {
    label: { en: 'Downsamplings', 'zh-CN': '下采样次数' },
    help: {
      en: 'Each halves the picture’s sides: 2 turns 32 × 32 px into 8 × 8 codes.',
      'zh-CN': '每次将边长减半：2 次把 32 × 32 像素变为 8 × 8 个码。',
    },
  }),
  quantizer: quantizerSchema.default(vectorQuantizerSchema.parse({})),
});
export type VqVaeSpec = z.infer<typeof vqVaeSchema>;

export const vqVae = autoencoderKind({
  kind: 'vq-vae',
  schema: vqVaeSchema,
  name: { en: 'VQ-VAE', 'zh-CN': 'VQ-VAE' },
  help: {
    en: 'A grid of codes out of one codebook: pictures as words. Start here.',
    'zh-CN': '由一个码本中的码组成的网格：图片成为词语。从这里开始。',
  },
  latent: 'codes',
});
