import { z } from 'zod';
import { described } from '../field';
import { aeSchema } from './ae';
import { discreteVaeSchema } from './discrete-vae';
import { dVaeSchema } from './dvae';
import { iwaeSchema } from './iwae';
import { pcaSchema } from './pca';
import { vaeSchema } from './vae';
import { vitVqganSchema } from './vit-vqgan';
import { vqVaeSchema } from './vq-vae';
import { vqVae2Schema } from './vq-vae-2';
import { vqganSchema } from './vqgan';

/** The models that turn items into latents: one schema a file, one line here. */
export const autoencoderSchema = described(
  z.discriminatedUnion('kind', [
    vqVaeSchema,
    vqVae2Schema,
    dVaeSchema,
    vqganSchema,
    vitVqganSchema,
    vaeSchema,
    iwaeSchema,
    aeSchema,
    pcaSchema,
    discreteVaeSchema,
  ]),
  {
    label: { en: 'Model', 'zh-CN': '模型' },
    help: {
      en: 'Which kind of autoencoder; the manual has a page for each.',
      'zh-CN': '哪一种自编码器；手册中每种都有一页。',
    },
    values: {
      'vq-vae': { en: 'VQ-VAE', 'zh-CN': 'VQ-VAE' },
      'vq-vae-2': { en: 'VQ-VAE-2', 'zh-CN': 'VQ-VAE-2' },
      dvae: { en: 'dVAE', 'zh-CN': 'dVAE' },
      vqgan: { en: 'VQGAN', 'zh-CN': 'VQGAN' },
      'vit-vqgan': { en: 'ViT-VQGAN', 'zh-CN': 'ViT-VQGAN' },
      vae: { en: 'VAE', 'zh-CN': 'VAE' },
      iwae: { en: 'IWAE', 'zh-CN': 'IWAE' },
      ae: { en: 'Autoencoder', 'zh-CN': '自编码器' },
      pca: { en: 'PCA', 'zh-CN': 'PCA' },
      'discrete-vae': { en: 'Discrete VAE', 'zh-CN': '离散 VAE' },
    },
  },
);
export type AutoencoderSpec = z.infer<typeof autoencoderSchema>;
export type AutoencoderKind = AutoencoderSpec['kind'];

/** Whether a model turns a picture into a vector; the others turn it into codes. */
export const hasVector = (kind: string): boolean => ['vae', 'iwae', 'ae', 'pca'].includes(kind);

/** Whether a model's loss holds its vectors to N(0, I), so that any drawn from there decodes to something. */
export const hasNormalPrior = (kind: string): boolean => kind === 'vae' || kind === 'iwae';
