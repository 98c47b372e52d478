import { z } from 'zod';
import { described } from '../field';
import { scheduled } from '../schedule';
import { codebookSize } from './codebook';

/**
 * Gumbel-softmax (Jang et al. 2017; Maddison et al. 2017) over a codebook, as VQGAN's repository and vq-wav2vec have
 * it.
 */
export const gumbelQuantizerSchema = z.object({
  kind: z.literal('gumbel'),
  ...codebookSize,
  temperature: described(
    scheduled(z.number().gt(0).max(100)).default({ kind: 'cosine', from: 1, to: 0.0625, over: null, warmup: 0 }),
    {
      label: { en: 'Temperature τ', 'zh-CN': '温度 τ' },
      help: {
        en: 'How soft the choice of a code is while training; falls from 1 to 1/16 in DALL-E.',
        'zh-CN': '训练时选码的柔软程度；DALL-E 中从 1 降到 1/16。',
      },
    },
  ),
  kl: described(scheduled(z.number().min(0).max(100)).default(5e-4), {
    label: { en: 'KL weight', 'zh-CN': 'KL 权重' },
    help: {
      en: 'Weight of the divergence of a place’s code probabilities from uniform, in nats per place.',
      'zh-CN': '每个位置的码概率相对均匀分布的散度的权重（每处的奈特数）。',
    },
  }),
  straightThrough: described(z.boolean().default(true), {
    label: { en: 'Straight-through', 'zh-CN': '直通' },
    help: {
      en: 'The decoder sees one code per place, as it will after training; off: a mixture.',
      'zh-CN': '训练时解码器就看到每处一个码（与训练后一致）；关闭则看到混合。',
    },
  }),
});
export type GumbelQuantizerSpec = z.infer<typeof gumbelQuantizerSchema>;
