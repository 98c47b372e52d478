import { z } from 'zod';
import { described } from '../field';
import { autoencoderKind } from './kind';

/** Principal component analysis (Pearson 1901; Hotelling 1933): the best linear autoencoder, found exactly. */
export const pcaSchema = z.object({
  kind: z.literal('pca'),
  latent: described(z.number().int().min(1).max(512).default(32), {
    label: { en: 'Components', 'zh-CN': '主成分数' },
    help: {
      en: 'Directions of largest variance that are kept: numbers that a picture becomes.',
      'zh-CN': '保留多少个方差最大的方向，即一张图片变成多少个数。',
    },
  }),
});
export type PcaSpec = z.infer<typeof pcaSchema>;

export const pca = autoencoderKind({
  kind: 'pca',
  schema: pcaSchema,
  name: { en: 'PCA', 'zh-CN': 'PCA' },
  help: {
    en: 'The linear baseline: the best straight directions, found exactly, in seconds.',
    'zh-CN': '线性基线：精确求出最佳的直线方向，几秒钟完成。',
  },
  latent: 'vector',
});
