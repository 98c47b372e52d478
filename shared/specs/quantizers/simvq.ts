import { z } from 'zod';
import { described } from '../field';
import { refuse } from '../refusal';
import { codebookSize, commitment, rotation } from './codebook';

/** SimVQ (Zhu et al. 2024, “Addressing representation collapse in vector quantized models with one linear layer”). */
export const simVqSchema = z
  .object({
    kind: z.literal('simvq'),
    ...codebookSize,
    commitment,
    codebookWeight: described(z.number().min(0).max(100).default(1), {
      label: { en: 'Codebook loss weight', 'zh-CN': '码本损失权重' },
      help: {
        en: 'Weight of the term that moves all codes together to encoder outputs.',
        'zh-CN': '使所有码一起靠近编码器输出的损失项权重。',
      },
    }),
    rotation,
  })
  .superRefine((spec, context) => {
    if (!spec.rotation || spec.dimension > 1) return;
    refuse(context, 'rotation', {
      en: 'Vectors of one component can’t be rotated. Switch the rotation trick off, or raise dimension.',
      'zh-CN': '只有一个分量的向量无法旋转。请关闭旋转技巧，或增大 dimension。',
    });
  });
export type SimVqSpec = z.infer<typeof simVqSchema>;
