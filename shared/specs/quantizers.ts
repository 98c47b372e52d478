import { z } from 'zod';
import { described } from './field';
import { scheduled } from './schedule';

/** Vector quantization (van den Oord et al. 2017, section 3), codebook by EMA (appendix A.1) or by gradient. */
export const vectorQuantizerSchema = z.object({
  kind: z.literal('vector').default('vector'),
  codes: described(z.number().int().min(2).max(65536).default(512), {
    label: { en: 'Codes K', 'zh-CN': '码本大小 K' },
    help: { en: 'How many codes the codebook holds.', 'zh-CN': '码本中码的数量。' },
  }),
  dimension: described(z.number().int().min(1).max(1024).default(64), {
    label: { en: 'Code dimension D', 'zh-CN': '码维度 D' },
    help: { en: 'Length of each code’s vector.', 'zh-CN': '每个码向量的长度。' },
  }),
  commitment: described(scheduled(z.number().min(0).max(100)).default(0.25), {
    label: { en: 'Commitment β', 'zh-CN': '承诺权重 β' },
    help: {
      en: 'Weight of the term that keeps encoder outputs near their codes.',
      'zh-CN': '使编码器输出贴近所选码的损失项权重。',
    },
  }),
  update: described(z.enum(['ema', 'gradient']).default('ema'), {
    label: { en: 'Codebook update', 'zh-CN': '码本更新' },
    help: {
      en: 'Moving averages of the vectors assigned to a code, or the gradient of the codebook loss.',
      'zh-CN': '对分配到码的向量做滑动平均，或用码本损失的梯度。',
    },
    values: {
      ema: { en: 'Moving average (EMA)', 'zh-CN': '滑动平均（EMA）' },
      gradient: { en: 'Gradient', 'zh-CN': '梯度' },
    },
  }),
  decay: described(z.number().min(0).max(0.99999).default(0.99), {
    label: { en: 'EMA decay', 'zh-CN': 'EMA 衰减' },
    help: { en: 'How slowly the moving averages forget; used with EMA.', 'zh-CN': '滑动平均遗忘的快慢；仅用于 EMA。' },
  }),
  epsilon: described(z.number().min(1e-10).max(0.1).default(1e-5), {
    label: { en: 'EMA smoothing ε', 'zh-CN': 'EMA 平滑 ε' },
    help: {
      en: 'Laplace smoothing of the cluster sizes; used with EMA.',
      'zh-CN': '簇大小的拉普拉斯平滑；仅用于 EMA。',
    },
  }),
  reviveAfter: described(z.number().int().min(0).max(1_000_000).default(0), {
    label: { en: 'Revive dead codes after', 'zh-CN': '死码复活间隔' },
    help: {
      en: 'A code unused for this many steps is moved to a random encoder output; 0 never.',
      'zh-CN': '码在这么多步未被使用后，重置为一个随机编码器输出；0 表示从不。',
    },
    unit: { en: 'steps', 'zh-CN': '步' },
  }),
});
export type VectorQuantizerSpec = z.infer<typeof vectorQuantizerSchema>;

/** Every quantizer a grid model can take. */
export const quantizerSchema = z.discriminatedUnion('kind', [vectorQuantizerSchema]);
export type QuantizerSpec = z.infer<typeof quantizerSchema>;
