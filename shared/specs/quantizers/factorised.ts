import { z } from 'zod';
import { described } from '../field';
import { refuse } from '../refusal';
import { codebookLearning, codebookSize, refuseContradictions } from './codebook';

/** Factorised codes (Yu et al. 2021, “Vector-quantized image modeling”, section 3.2): looked up in few dimensions. */
export const factorisedQuantizerSchema = z
  .object({
    kind: z.literal('factorised'),
    codes: codebookSize.codes,
    dimension: described(z.number().int().min(1).max(1024).default(64), {
      label: { en: 'Latent dimension D', 'zh-CN': '潜变量维度 D' },
      help: {
        en: 'Length of the vectors between encoder and decoder; codes are projected up to it.',
        'zh-CN': '编码器与解码器之间向量的长度；码被投影到该维度。',
      },
    }),
    codeDimension: described(z.number().int().min(1).max(256).default(8), {
      label: { en: 'Code dimension d', 'zh-CN': '码维度 d' },
      help: {
        en: 'Length of a code’s own vector: 32 in ViT-VQGAN, 8 in LlamaGen.',
        'zh-CN': '码本身向量的长度：ViT-VQGAN 为 32，LlamaGen 为 8。',
      },
    }),
    normalised: described(z.boolean().default(true), {
      label: { en: 'Unit length', 'zh-CN': '单位长度' },
      help: {
        en: 'Codes and projected latents lie on the unit sphere, as in the cosine quantizer.',
        'zh-CN': '码与投影后的潜变量位于单位球面上，与余弦量化器相同。',
      },
    }),
    ...codebookLearning,
  })
  .superRefine((spec, context) => {
    refuseContradictions(spec, context, { field: 'codeDimension', value: spec.codeDimension });
    if (spec.codeDimension > spec.dimension) {
      refuse(context, 'codeDimension', {
        en: `Codes of ${spec.codeDimension} components can’t be a factor of latents of ${spec.dimension}: at most ${spec.dimension}.`,
        'zh-CN': `码的维度 ${spec.codeDimension} 不能大于潜变量维度 ${spec.dimension}。`,
      });
    }
  });
export type FactorisedQuantizerSpec = z.infer<typeof factorisedQuantizerSchema>;
