import { z } from 'zod';
import { described } from '../field';
import { refuse } from '../refusal';
import { cosineQuantizerSchema } from './cosine';
import { factorisedQuantizerSchema } from './factorised';
import { fsqSchema } from './fsq';
import { gumbelQuantizerSchema } from './gumbel';
import { lfqSchema } from './lfq';
import { nested } from './nesting';
import { residualQuantizerSchema } from './residual';
import { simVqSchema } from './simvq';
import { vectorQuantizerSchema } from './vector';

/**
 * Latents cut into groups of components, each quantized by itself: product quantization (Jégou et al. 2011; Baevski et
 * al. 2020, “vq-wav2vec”); with one codebook for all, multi-head codes.
 */
export const groupedQuantizerSchema = z
  .object({
    kind: z.literal('grouped'),
    groups: described(z.number().int().min(2).max(32).default(2), {
      label: { en: 'Groups', 'zh-CN': '组数' },
      help: {
        en: 'Parts that a latent is cut into; a place has one code per group, and its dimension is the one below times the groups.',
        'zh-CN': '潜变量被切成的份数；每个位置每组各有一个码，总维度为组数乘以下面的维度。',
      },
    }),
    shared: described(z.boolean().default(false), {
      label: { en: 'One codebook for all groups', 'zh-CN': '各组共用码本' },
      help: {
        en: 'Multi-head: all groups choose from the same codes; off: one codebook per group.',
        'zh-CN': '多头：各组从同一码本选码；关闭则每组各有码本。',
      },
    }),
    quantizer: nested(
      z.discriminatedUnion('kind', [
        vectorQuantizerSchema,
        cosineQuantizerSchema,
        factorisedQuantizerSchema,
        simVqSchema,
        gumbelQuantizerSchema,
        fsqSchema,
        lfqSchema,
        residualQuantizerSchema,
      ]),
      {
        grouped: {
          en: 'Groups of groups are just more groups. Raise the number of groups.',
          'zh-CN': '组中再分组等同于更多的组。请增大组数。',
        },
      },
      {
        label: { en: 'Quantizer of a group', 'zh-CN': '每组的量化器' },
        help: { en: 'What each group’s components go through.', 'zh-CN': '每组分量所经过的量化器。' },
      },
    ).default(vectorQuantizerSchema.parse({})),
  })
  .superRefine(({ shared, quantizer }, context) => {
    const inner = quantizer.kind === 'residual' ? quantizer.quantizer.kind : quantizer.kind;
    if (!shared || (inner !== 'fsq' && inner !== 'lfq')) return;
    refuse(context, 'shared', {
      en: 'There is no codebook to share: the codes are fixed, and the same in every group.',
      'zh-CN': '没有可共用的码本：码是固定的，且各组相同。',
    });
  });
export type GroupedQuantizerSpec = z.infer<typeof groupedQuantizerSchema>;
