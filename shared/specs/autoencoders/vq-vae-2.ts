import { z } from 'zod';
import { type FieldHelp, described } from '../field';
import { quantizerSchema, vectorQuantizerSchema } from '../quantizers';
import { quantizerNames } from '../quantizers/names';
import { autoencoderKind } from './kind';

/** Any quantizer, with a label that says which level it serves. */
function quantizerOf(help: Omit<FieldHelp, 'values'>) {
  const union = z.discriminatedUnion('kind', quantizerSchema.options);
  return described(union, { ...help, values: quantizerNames }).default(vectorQuantizerSchema.parse({}));
}

/** VQ-VAE-2 (Razavi, van den Oord, Vinyals 2019) with the network of rosinality/vq-vae-2-pytorch. */
export const vqVae2Schema = z.object({
  kind: z.literal('vq-vae-2'),
  levels: described(z.number().int().min(2).max(5).default(2), {
    label: { en: 'Levels', 'zh-CN': '层级数' },
    help: {
      en: 'Grids of codes; each is half as wide as the one below it, and lower levels see the ones above.',
      'zh-CN': '码网格的层数；每一层的边长是下一层的一半，下层能看到上层。',
    },
  }),
  hidden: described(z.number().int().min(4).max(1024).default(128), {
    label: { en: 'Hidden channels', 'zh-CN': '隐藏通道数' },
    help: { en: 'Width of all encoders and decoders.', 'zh-CN': '所有编码器与解码器的宽度。' },
  }),
  residualLayers: described(z.number().int().min(0).max(16).default(2), {
    label: { en: 'Residual layers', 'zh-CN': '残差层数' },
    help: { en: 'Residual layers in each encoder and decoder.', 'zh-CN': '每个编码器和解码器的残差层数。' },
  }),
  residualHidden: described(z.number().int().min(2).max(1024).default(32), {
    label: { en: 'Residual channels', 'zh-CN': '残差通道数' },
    help: { en: 'Width inside a residual layer.', 'zh-CN': '残差层内部的宽度。' },
  }),
  downsamplings: described(z.number().int().min(1).max(4).default(2), {
    label: { en: 'Downsamplings', 'zh-CN': '下采样次数' },
    help: {
      en: 'Halvings down to the finest grid: 2 turns 256 × 256 px into 64 × 64 codes, with 32 × 32 above them.',
      'zh-CN': '到最细网格为止的减半次数：2 次把 256 × 256 像素变为 64 × 64 个码，其上一层为 32 × 32。',
    },
  }),
  top: quantizerOf({
    label: { en: 'Quantizer of the top', 'zh-CN': '顶层量化器' },
    help: { en: 'How the coarsest level’s vectors become codes.', 'zh-CN': '最粗一层的向量如何变成码。' },
  }),
  quantizer: quantizerOf({
    label: { en: 'Quantizer below', 'zh-CN': '下层量化器' },
    help: {
      en: 'Quantizer of each level below the top; every level has codes of its own.',
      'zh-CN': '顶层以下各层所用；每一层有自己的码本。',
    },
  }),
});
export type VqVae2Spec = z.infer<typeof vqVae2Schema>;

export const vqVae2 = autoencoderKind({
  kind: 'vq-vae-2',
  schema: vqVae2Schema,
  name: { en: 'VQ-VAE-2', 'zh-CN': 'VQ-VAE-2' },
  help: {
    en: 'Grids of codes from coarse to fine, for larger pictures.',
    'zh-CN': '由粗到细的多层码网格，适合较大的图片。',
  },
  latent: 'codes',
});
