import { z } from 'zod';
import { described } from '../field';
import { conditioning } from './conditioning';
import { requireHeads, transformerFields } from './transformer';
import { priorKind } from './kind';

/** A bidirectional transformer that fills masked codes in, many at a time (Chang et al. 2022, “MaskGIT”). */
export const maskgitSchema = z
  .object({
    kind: z.literal('maskgit'),
    ...transformerFields,
    schedule: described(z.enum(['cosine', 'arccos', 'linear', 'square', 'cubic', 'square-root']).default('cosine'), {
      label: { en: 'Mask schedule', 'zh-CN': '掩码调度' },
      help: {
        en: 'The share of codes that is masked, from all to none: in training at a random place r of it, in drawing round by round. Cosine, square and cubic settle few codes at first; the square root settles many.',
        'zh-CN':
          '被掩盖的码所占比例，从全部到零：训练时取其随机一点 r，采样时逐轮推进。余弦、平方和立方开始时确定的码少，平方根则多。',
      },
      values: {
        cosine: { en: 'Cosine: cos(πr/2)', 'zh-CN': '余弦：cos(πr/2)' },
        arccos: { en: 'Arccosine: 2/π · arccos r', 'zh-CN': '反余弦：2/π · arccos r' },
        linear: { en: 'Linear: 1 − r', 'zh-CN': '线性：1 − r' },
        square: { en: 'Square: 1 − r²', 'zh-CN': '平方：1 − r²' },
        cubic: { en: 'Cubic: 1 − r³', 'zh-CN': '立方：1 − r³' },
        'square-root': { en: 'Square root: 1 − √r', 'zh-CN': '平方根：1 − √r' },
      },
    }),
    leastMasked: described(z.number().min(0).max(1).default(0), {
      label: { en: 'Masked at least', 'zh-CN': '至少掩盖' },
      help: {
        en: 'Smallest share of the codes that training masks; at least one code.',
        'zh-CN': '训练时至少掩盖的码比例；无论如何至少一个。',
      },
    }),
    smoothing: described(z.number().min(0).max(0.9).default(0.1), {
      label: { en: 'Label smoothing', 'zh-CN': '标签平滑' },
      help: {
        en: 'Share of the target that is spread over all codes, so that it is never too sure. The loss then can’t fall to 0.',
        'zh-CN': '目标中均匀分给所有码的比例，使模型不会过于自信；此时损失不可能降到 0。',
      },
    }),
    ...conditioning,
  })
  .superRefine(requireHeads);
export type MaskgitSpec = z.infer<typeof maskgitSchema>;

export const maskgit = priorKind({
  kind: 'maskgit',
  schema: maskgitSchema,
  over: 'codes',
  name: { en: 'MaskGIT', 'zh-CN': 'MaskGIT' },
  help: {
    en: 'Fills masked codes in, many at a time: pictures in a few rounds, and completes whatever is open anywhere.',
    'zh-CN': '一次填补许多被掩盖的码：几轮即可成图，也能补全任意位置的空缺。',
  },
});
