import { z } from 'zod';
import { described } from '../field';
import { refuse } from '../refusal';
import { factorisedQuantizerSchema } from './factorised';
import { fsqStageSchema } from './fsq';
import { lfqSchema } from './lfq';
import { nested } from './nesting';
import { simVqSchema } from './simvq';
import { vectorQuantizerSchema } from './vector';

/**
 * Residual quantization (Zeghidour et al. 2021, “SoundStream”, algorithm 1; Lee et al. 2022, “Autoregressive image
 * generation using residual quantization”).
 */
export const residualQuantizerSchema = z
  .object({
    kind: z.literal('residual'),
    stages: described(z.number().int().min(2).max(32).default(4), {
      label: { en: 'Stages', 'zh-CN': '级数' },
      help: {
        en: 'Each quantizes what the stages before it left over; a place has one code per stage.',
        'zh-CN': '每一级量化前面各级剩下的残差；每个位置在每级各有一个码。',
      },
    }),
    shared: described(z.boolean().default(false), {
      label: { en: 'One codebook for all stages', 'zh-CN': '各级共用码本' },
      help: {
        en: 'As in RQ-VAE; off: one codebook per stage, as in SoundStream.',
        'zh-CN': '如 RQ-VAE；关闭则每级各有码本，如 SoundStream。',
      },
    }),
    dropout: described(z.boolean().default(false), {
      label: { en: 'Quantizer dropout', 'zh-CN': '量化器丢弃' },
      help: {
        en: 'Each training step uses only the first n stages, n drawn at random, so that pictures can be decoded from the first few.',
        'zh-CN': '每个训练步只随机使用前若干级，使图片也能只用前几级解码。',
      },
    }),
    quantizer: nested(
      z.discriminatedUnion('kind', [
        vectorQuantizerSchema,
        factorisedQuantizerSchema,
        simVqSchema,
        fsqStageSchema,
        lfqSchema,
      ]),
      {
        cosine: {
          en: 'Codes of length 1 can’t refine what a stage left over, which gets ever shorter. Use vector, or factorised, which scales them.',
          'zh-CN': '残差越来越短，长度为 1 的码无法逐级细化。请用 vector，或会缩放的 factorised。',
        },
        gumbel: {
          en: 'It draws codes by its own logits, not the nearest, so that stages don’t leave less and less over. Use vector or simvq.',
          'zh-CN': '它按自身的 logits 抽码而不取最近的码，残差不会逐级变小。请用 vector 或 simvq。',
        },
        residual: {
          en: 'Stages of stages are just more stages. Raise the number of stages.',
          'zh-CN': '级中再分级等同于更多的级。请增大级数。',
        },
        grouped: {
          en: 'Group the residual quantizer instead: kind grouped with a residual quantizer within.',
          'zh-CN': '请反过来：用 grouped，其内部为 residual。',
        },
      },
      {
        label: { en: 'Quantizer of a stage', 'zh-CN': '每级的量化器' },
        help: { en: 'What each stage is.', 'zh-CN': '每一级所用的量化器。' },
      },
    ).default(vectorQuantizerSchema.parse({})),
  })
  .superRefine(({ shared, quantizer }, context) => {
    if (shared && (quantizer.kind === 'fsq' || quantizer.kind === 'lfq')) {
      refuse(context, 'shared', {
        en: 'There is no codebook to share: the codes are fixed, and each stage’s are finer than those before.',
        'zh-CN': '没有可共用的码本：码是固定的，且每级都比前一级更细。',
      });
    }
    if (quantizer.kind === 'lfq' && quantizer.spherical) {
      refuse(context, 'quantizer.spherical', {
        en: 'On the sphere a latent’s length is lost, so a stage can’t tell how much is left over. Switch spherical off.',
        'zh-CN': '球面上潜变量的长度已丢失，无法得知剩余多少。请关闭球面。',
      });
    }
  });
export type ResidualQuantizerSpec = z.infer<typeof residualQuantizerSchema>;
