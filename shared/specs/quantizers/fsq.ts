import { z } from 'zod';
import { described } from '../field';
import { refuse } from '../refusal';
import { wholeNumbers } from '../whole-numbers';

/** Indices are kept in 16 bits. */
const MOST_CODES = 65_536;
const MOST_SCALARS = 16;
const [FEWEST_LEVELS, MOST_LEVELS] = [2, 1024];

const levels = described(wholeNumbers.default([8, 5, 5, 5]), {
  label: { en: 'Levels', 'zh-CN': '级数' },
  help: {
    en: 'How many values each component of a latent can take, as in 8,5,5,5; the codes are all their combinations, here 1000.',
    'zh-CN': '潜变量每个分量可取的值的个数，如 8,5,5,5；码是它们的全部组合，此处为 1000 个。',
  },
});

/** Finite scalar quantization (Mentzer et al. 2023, “Finite scalar quantization: VQ-VAE made simple”). */
export const fsqSchema = z
  .object({
    kind: z.literal('fsq'),
    levels,
    symmetric: described(z.boolean().default(false), {
      label: { en: 'Symmetric', 'zh-CN': '对称' },
      help: {
        en: 'Values evenly spaced from −1 to 1, for an even number of levels too; needed for 2 levels.',
        'zh-CN': '取值在 −1 到 1 之间等距，级数为偶数时也一样；2 级必须开启。',
      },
    }),
  })
  .superRefine(refuseLevels);
export type FsqSpec = z.infer<typeof fsqSchema>;

/** A stage of a residual quantizer of finite scalars: always symmetric. */
export const fsqStageSchema = z
  .object({
    kind: z.literal('fsq'),
    levels,
    symmetric: z.literal(true, { error: 'Stages of finite scalars are always symmetric.' }).default(true),
  })
  .superRefine(refuseLevels);

function refuseLevels({ levels: counts, symmetric }: FsqSpec, context: z.RefinementCtx): void {
  const product = counts.reduce((codes, count) => codes * count, 1);
  const odd = counts.find((count) => !Number.isInteger(count) || count < FEWEST_LEVELS || count > MOST_LEVELS);
  if (counts.length < 1 || counts.length > MOST_SCALARS || odd !== undefined) {
    refuse(context, 'levels', {
      en: `Expected 1 to ${MOST_SCALARS} whole numbers from ${FEWEST_LEVELS} to ${MOST_LEVELS}, as in 8,5,5,5${odd === undefined ? '' : `; ${odd} is none`}.`,
      'zh-CN': `应为 1 到 ${MOST_SCALARS} 个整数，每个在 ${FEWEST_LEVELS} 到 ${MOST_LEVELS} 之间，如 8,5,5,5${odd === undefined ? '' : `；${odd} 不符合`}。`,
    });
  } else if (product > MOST_CODES) {
    refuse(context, 'levels', {
      en: `${counts.join(' × ')} are ${product} codes; there can be ${MOST_CODES} at most.`,
      'zh-CN': `${counts.join(' × ')} 共 ${product} 个码，最多 ${MOST_CODES} 个。`,
    });
  } else if (!symmetric && counts.includes(2)) {
    refuse(context, 'levels', {
      en: 'Two levels need the symmetric spacing: the other one moves the boundary to where tanh is flat. Switch symmetric on, or take 3 levels.',
      'zh-CN': '2 级需要对称间距：否则判界会落在 tanh 的平坦处。请开启对称，或改用 3 级。',
    });
  }
}
