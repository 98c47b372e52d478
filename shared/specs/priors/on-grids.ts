import { z } from 'zod';
import { described } from '../field';
import { refuse } from '../refusal';

const side = z.number().int().min(3).max(31);

/** What priors of masked convolutions share: see `levels` for how a level is conditioned on those above. */
export const onGrids = {
  kernel: described(side.default(3), {
    label: { en: 'Kernel', 'zh-CN': '卷积核' },
    help: {
      en: 'Side of the convolutions, odd; what comes after a cell is masked.',
      'zh-CN': '卷积核边长，须为奇数；当前格之后的部分被遮住。',
    },
  }),
  firstKernel: described(side.default(7), {
    label: { en: 'First kernel', 'zh-CN': '首层卷积核' },
    help: {
      en: 'Side of the first convolution, odd, which leaves out the cell itself.',
      'zh-CN': '第一层卷积核的边长，须为奇数；这一层不看当前格本身。',
    },
  }),
  head: described(z.number().int().min(1).max(8192).default(512), {
    label: { en: 'Last layer', 'zh-CN': '末层宽度' },
    help: { en: 'Channels of the layer before the codes’ scores.', 'zh-CN': '输出各码得分之前一层的通道数。' },
  }),
  dropout: described(z.number().min(0).max(0.9).default(0.1), {
    label: { en: 'Dropout', 'zh-CN': '随机失活' },
    help: {
      en: 'Share of values dropped in each block while it trains: so that it doesn’t memorise pictures.',
      'zh-CN': '训练时每个块内丢弃的比例，防止死记图片。',
    },
  }),
  above: described(z.number().int().min(1).max(2048).default(64), {
    label: { en: 'Channels from above', 'zh-CN': '上层特征通道数' },
    help: {
      en: 'For a hierarchy of codes: channels that carry the coarser levels’ codes to a level.',
      'zh-CN': '用于多层码：每一层从更粗的层得到的特征的通道数。',
    },
  }),
  aboveBlocks: described(z.number().int().min(0).max(32).default(3), {
    label: { en: 'Blocks from above', 'zh-CN': '上层残差块数' },
    help: {
      en: 'For a hierarchy of codes: residual blocks that the coarser codes go through first.',
      'zh-CN': '用于多层码：更粗的码先经过的残差块数目。',
    },
  }),
};

/** A check for `superRefine`: a masked kernel has a cell in its middle. */
export function requireOdd(sides: { kernel: number; firstKernel: number }, context: z.RefinementCtx): void {
  for (const field of ['kernel', 'firstKernel'] as const) {
    const side = sides[field];
    if (side % 2 === 1) continue;
    refuse(context, field, {
      en: `A kernel's side is odd, so that it has a middle: not ${side}.`,
      'zh-CN': `卷积核边长须为奇数，以便有中心：不能是 ${side}。`,
    });
  }
}
