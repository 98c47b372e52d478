import { z } from 'zod';
import { described } from '../field';
import { refuse } from '../refusal';

/** The shape of a prior that is a transformer. */
export const transformerFields = {
  layers: described(z.number().int().min(1).max(96).default(4), {
    label: { en: 'Layers', 'zh-CN': '层数' },
    help: { en: 'Transformer blocks.', 'zh-CN': 'Transformer 块的数目。' },
  }),
  dimension: described(z.number().int().min(4).max(8192).default(256), {
    label: { en: 'Width', 'zh-CN': '宽度' },
    help: { en: 'Components of the vector at each position.', 'zh-CN': '每个位置的向量维数。' },
  }),
  heads: described(z.number().int().min(1).max(128).default(8), {
    label: { en: 'Heads', 'zh-CN': '头数' },
    help: { en: 'Attention heads; they must divide the width.', 'zh-CN': '注意力头的数目；须整除宽度。' },
  }),
  dropout: described(z.number().min(0).max(0.9).default(0.1), {
    label: { en: 'Dropout', 'zh-CN': '随机失活' },
    help: {
      en: 'Share of values dropped after each branch while it trains: so that it doesn’t memorise pictures.',
      'zh-CN': '训练时每个分支后丢弃的比例，防止死记图片。',
    },
  }),
};

/** Refuses heads that don't divide the width. */
export function requireHeads(
  { dimension, heads }: { dimension: number; heads: number },
  context: z.RefinementCtx,
): void {
  if (dimension % heads === 0) return;
  refuse(context, 'heads', {
    en: `${heads} heads don't divide the width of ${dimension}.`,
    'zh-CN': `${heads} 个头不能整除宽度 ${dimension}。`,
  });
}
