import { z } from 'zod';
import { described } from '../field';
import { priorKind } from './kind';

/**
 * A masked autoencoder that gives each component of the vector a mixture of Gaussians, given the components before it
 * (Germain et al. 2015, “MADE”; Uria et al. 2013, “RNADE”; the “MADE MoG” of Papamakarios et al. 2017).
 */
export const madeSchema = z.object({
  kind: z.literal('made'),
  layers: described(z.number().int().min(1).max(8).default(2), {
    label: { en: 'Layers', 'zh-CN': '层数' },
    help: { en: 'Hidden layers of the network.', 'zh-CN': '网络的隐藏层数目。' },
  }),
  width: described(z.number().int().min(1).max(8192).default(256), {
    label: { en: 'Width', 'zh-CN': '宽度' },
    help: { en: 'Units of each hidden layer.', 'zh-CN': '每个隐藏层的单元数。' },
  }),
  components: described(z.number().int().min(1).max(64).default(10), {
    label: { en: 'Gaussians', 'zh-CN': '高斯个数' },
    help: {
      en: 'Gaussians in the mixture that each component of the vector is drawn from.',
      'zh-CN': '向量的每个分量从多少个高斯的混合中抽取。',
    },
  }),
  dropout: described(z.number().min(0).max(0.9).default(0), {
    label: { en: 'Dropout', 'zh-CN': '随机失活' },
    help: {
      en: 'Share of hidden units dropped while it trains: so that it doesn’t memorise pictures.',
      'zh-CN': '训练时丢弃的隐藏单元比例，防止死记图片。',
    },
  }),
});
export type MadeSpec = z.infer<typeof madeSchema>;

export const made = priorKind({
  kind: 'made',
  schema: madeSchema,
  over: 'vectors',
  name: { en: 'MADE', 'zh-CN': 'MADE' },
  help: {
    en: 'A masked network that draws each component of the vector given those before it: the strongest of the three.',
    'zh-CN': '带掩码的网络，根据之前的分量抽取每个分量：三者中最强。',
  },
});
