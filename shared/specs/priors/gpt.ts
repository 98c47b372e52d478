import { z } from 'zod';
import { described } from '../field';
import { conditioning } from './conditioning';
import { orderField } from './order';
import { requireHeads, transformerFields } from './transformer';
import { priorKind } from './kind';

/**
 * A decoder-only transformer over the sequence of an item's codes (Radford et al. 2019; Esser et al. 2021, section
 * 3.2).
 */
export const gptSchema = z
  .object({
    kind: z.literal('gpt'),
    ...transformerFields,
    order: orderField,
    keep: described(z.number().min(0).max(1).default(1), {
      label: { en: 'Codes kept', 'zh-CN': '保留的码' },
      help: {
        en: 'Share of the codes it is given that stay as they are in training; the others are replaced by any code (taming-transformers’ pkeep).',
        'zh-CN': '训练时保持原样的输入码比例；其余随机替换（taming-transformers 的 pkeep）。',
      },
    }),
    ...conditioning,
  })
  .superRefine(requireHeads);
export type GptSpec = z.infer<typeof gptSchema>;

export const gpt = priorKind({
  kind: 'gpt',
  schema: gptSchema,
  over: 'codes',
  name: { en: 'GPT', 'zh-CN': 'GPT' },
  help: {
    en: 'A transformer that draws one code after the other, each knowing all before. Start here.',
    'zh-CN': '逐个绘制码的 Transformer，每个码都知道之前的所有码。从这里开始。',
  },
});
