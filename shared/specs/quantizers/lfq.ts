import { z } from 'zod';
import { described, unlessZero } from '../field';
import { scheduled } from '../schedule';
import { commitment } from './codebook';

/**
 * Lookup-free quantization (Yu et al. 2023, “Language model beats diffusion: tokenizer is key to visual generation”),
 * and with `spherical` binary spherical quantization (Zhao et al. 2024).
 */
export const lfqSchema = z.object({
  kind: z.literal('lfq'),
  bits: described(z.number().int().min(1).max(16).default(10), {
    label: { en: 'Bits', 'zh-CN': '位数' },
    help: {
      en: 'Components of a latent, each of which becomes its sign: 10 bits are 1024 codes.',
      'zh-CN': '潜变量的分量数，每个分量只取符号：10 位即 1024 个码。',
    },
  }),
  spherical: described(z.boolean().default(false), {
    label: { en: 'Spherical (BSQ)', 'zh-CN': '球面（BSQ）' },
    help: {
      en: 'Latents and codes are divided by their length first, as in binary spherical quantization.',
      'zh-CN': '潜变量与码先归一化到单位长度，即二值球面量化。',
    },
  }),
  entropy: described(scheduled(z.number().min(0).max(100)).default(0.1), {
    label: { en: 'Entropy weight', 'zh-CN': '熵权重' },
    help: {
      en: 'Weight of the entropy loss: certain at each place, diverse over the batch. It is meant to be negative.',
      'zh-CN': '熵损失的权重：每处要确定，整批要多样。该损失为负值，并非错误。',
    },
  }),
  diversity: described(z.number().min(0).max(100).default(1), {
    applies: unlessZero('entropy'),
    label: { en: 'Diversity γ', 'zh-CN': '多样性 γ' },
    help: {
      en: 'Within the entropy loss, how much the entropy over the batch counts against that of each place.',
      'zh-CN': '熵损失中，整批的熵相对于每处的熵的比重。',
    },
  }),
  inverseTemperature: described(z.number().gt(0).max(10_000).default(100), {
    applies: unlessZero('entropy'),
    label: { en: 'Inverse temperature', 'zh-CN': '逆温度' },
    help: {
      en: 'How sharply a place prefers its nearest code where entropies are measured.',
      'zh-CN': '计算熵时，每处对最近码的偏好有多尖锐。',
    },
  }),
  commitment,
});
export type LfqSpec = z.infer<typeof lfqSchema>;
