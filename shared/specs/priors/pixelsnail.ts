import { z } from 'zod';
import { described } from '../field';
import { refuse } from '../refusal';
import { conditioning } from './conditioning';
import { onGrids, requireOdd } from './on-grids';
import { priorKind } from './kind';

const { head: _head, ...shared } = onGrids;

/**
 * Causal convolutions, and causal attention over the whole grid (Chen et al. 2018, as in rosinality/vq-vae-2-pytorch).
 */
export const pixelsnailSchema = z
  .object({
    kind: z.literal('pixelsnail'),
    blocks: described(z.number().int().min(1).max(32).default(4), {
      label: { en: 'Blocks', 'zh-CN': '块数' },
      help: {
        en: 'Each of several gated convolution blocks and one attention.',
        'zh-CN': '每块含若干门控卷积块与一个注意力。',
      },
    }),
    residuals: described(z.number().int().min(1).max(32).default(4), {
      label: { en: 'Convolution blocks in each', 'zh-CN': '每块的卷积块数' },
      help: { en: 'Gated residual blocks before each attention.', 'zh-CN': '每个注意力之前的门控残差块数目。' },
    }),
    channels: described(z.number().int().min(2).max(2048).default(64), {
      label: { en: 'Channels', 'zh-CN': '通道数' },
      help: { en: 'Between blocks; attention has half as many.', 'zh-CN': '块之间的通道数；注意力为其一半。' },
    }),
    residualChannels: described(z.number().int().min(1).max(2048).default(64), {
      label: { en: 'Channels inside', 'zh-CN': '块内通道数' },
      help: { en: 'Inside of a gated residual block.', 'zh-CN': '门控残差块内部的通道数。' },
    }),
    heads: described(z.number().int().min(1).max(128).default(8), {
      label: { en: 'Heads', 'zh-CN': '头数' },
      help: {
        en: 'Attention heads; they must divide half of the channels.',
        'zh-CN': '注意力头的数目；须整除通道数的一半。',
      },
    }),
    attention: described(z.enum(['every', 'coarsest', 'none']).default('every'), {
      label: { en: 'Attention', 'zh-CN': '注意力' },
      help: {
        en: 'Which levels of a hierarchy have it: it grows with the square of a level’s codes.',
        'zh-CN': '多层码中哪些层使用；开销随该层码数的平方增长。',
      },
      values: {
        every: { en: 'On every level', 'zh-CN': '所有层' },
        coarsest: { en: 'On the coarsest level', 'zh-CN': '仅最粗的层' },
        none: { en: 'None', 'zh-CN': '无' },
      },
    }),
    ...shared,
    outBlocks: described(z.number().int().min(0).max(32).default(0), {
      label: { en: 'Last blocks', 'zh-CN': '末尾残差块数' },
      help: { en: 'Gated 1 × 1 residual blocks before the scores.', 'zh-CN': '输出得分之前的 1 × 1 门控残差块数目。' },
    }),
    ...conditioning,
  })
  .superRefine(requireOdd)
  .superRefine(({ channels, heads, attention }, context) => {
    if (attention === 'none' || channels % (2 * heads) === 0) return;
    refuse(context, 'heads', {
      en: `${heads} heads don't divide half of the ${channels} channels.`,
      'zh-CN': `${heads} 个头不能整除通道数 ${channels} 的一半。`,
    });
  });
export type PixelsnailSpec = z.infer<typeof pixelsnailSchema>;

export const pixelsnail = priorKind({
  kind: 'pixelsnail',
  schema: pixelsnailSchema,
  over: 'codes',
  name: { en: 'PixelSNAIL', 'zh-CN': 'PixelSNAIL' },
  help: {
    en: 'Convolutions and attention over the grid: the prior of VQ-VAE-2, level by level.',
    'zh-CN': '在网格上结合卷积与注意力：VQ-VAE-2 所用的先验，逐层进行。',
  },
});
