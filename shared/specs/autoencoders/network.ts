import { z } from 'zod';
import { described } from '../field';

/** Strided convolutions and residual layers as in the VQ-VAE, then one dense layer to the vector. */
const convolutionalSchema = z.object({
  kind: z.literal('convolutional').default('convolutional'),
  hidden: described(z.number().int().min(4).max(1024).default(64), {
    label: { en: 'Hidden channels', 'zh-CN': '隐藏通道数' },
    help: { en: 'Width of encoder and decoder.', 'zh-CN': '编码器与解码器的宽度。' },
  }),
  residualLayers: described(z.number().int().min(0).max(16).default(1), {
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
      en: 'Each halves the picture’s sides before all of it becomes one vector.',
      'zh-CN': '每次将边长减半，最后整体变为一个向量。',
    },
  }),
});

/** Fully connected layers: the networks of the VAE and IWAE papers. */
const denseSchema = z.object({
  kind: z.literal('dense'),
  layers: described(z.number().int().min(1).max(8).default(2), {
    label: { en: 'Hidden layers', 'zh-CN': '隐藏层数' },
    help: {
      en: 'In each of encoder and decoder; 2 in the IWAE paper.',
      'zh-CN': '编码器和解码器各自的层数；IWAE 论文为 2。',
    },
  }),
  width: described(z.number().int().min(2).max(4096).default(200), {
    label: { en: 'Units', 'zh-CN': '单元数' },
    help: { en: 'Units of a hidden layer; 200 in the IWAE paper.', 'zh-CN': '每个隐藏层的单元数；IWAE 论文为 200。' },
  }),
  activation: described(z.enum(['tanh', 'relu']).default('tanh'), {
    label: { en: 'Activation', 'zh-CN': '激活函数' },
    help: { en: 'tanh in the papers on VAE and IWAE.', 'zh-CN': 'VAE 和 IWAE 论文使用 tanh。' },
    values: { tanh: { en: 'tanh', 'zh-CN': 'tanh' }, relu: { en: 'ReLU', 'zh-CN': 'ReLU' } },
  }),
});

/** What turns a picture into features and a vector into a picture, for every model whose latent is one vector. */
export const networkSchema = described(z.discriminatedUnion('kind', [convolutionalSchema, denseSchema]), {
  label: { en: 'Network', 'zh-CN': '网络' },
  help: {
    en: 'Convolutional for photographs; fully connected for small, centred pictures such as digits.',
    'zh-CN': '卷积适合照片；全连接适合数字等居中的小图片。',
  },
  values: {
    convolutional: { en: 'Convolutional', 'zh-CN': '卷积' },
    dense: { en: 'Fully connected', 'zh-CN': '全连接' },
  },
});
export type NetworkSpec = z.infer<typeof networkSchema>;
export const defaultNetwork: NetworkSpec = convolutionalSchema.parse({});

/** Length of the vector; called `latent` in every model that has one. */
export const latentLength = described(z.number().int().min(1).max(1024).default(32), {
  label: { en: 'Latent length', 'zh-CN': '潜变量长度' },
  help: { en: 'Numbers that a picture becomes.', 'zh-CN': '一张图片变成多少个数。' },
});
