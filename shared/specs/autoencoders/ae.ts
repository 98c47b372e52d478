import { z } from 'zod';
import { autoencoderKind } from './kind';
import { defaultNetwork, latentLength, networkSchema } from './network';

/** An autoencoder with one vector between encoder and decoder (Hinton and Salakhutdinov 2006). */
export const aeSchema = z.object({
  kind: z.literal('ae'),
  latent: latentLength,
  network: networkSchema.default(defaultNetwork),
});
export type AeSpec = z.infer<typeof aeSchema>;

export const ae = autoencoderKind({
  kind: 'ae',
  schema: aeSchema,
  name: { en: 'Autoencoder', 'zh-CN': '自编码器' },
  help: {
    en: 'Squeezes a picture into one vector and back, with nothing else asked.',
    'zh-CN': '把图片压缩成一个向量再还原，别无要求。',
  },
  latent: 'vector',
});
