import { z } from 'zod';
import { described } from '../field';
import { conditioning } from './conditioning';
import { orderField } from './order';
import { requireHeads, transformerFields } from './transformer';

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
