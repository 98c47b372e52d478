import { z } from 'zod';
import { described } from '../field';
import { covarianceField } from './covariance';
import { priorKind } from './kind';

/**
 * A mixture of Gaussians over the vector of an item, by expectation maximisation (Dempster et al. 1977; Ghosh et al.
 * 2020, section 4.1).
 */
export const mixtureSchema = z.object({
  kind: z.literal('mixture'),
  components: described(z.number().int().min(1).max(256).default(10), {
    label: { en: 'Gaussians', 'zh-CN': '高斯个数' },
    help: {
      en: 'Gaussians of the mixture; there must be at least as many training items.',
      'zh-CN': '混合中的高斯个数；训练图片至少要有这么多。',
    },
  }),
  covariance: covarianceField,
  rounds: described(z.number().int().min(1).max(10_000).default(100), {
    label: { en: 'Rounds', 'zh-CN': '轮数' },
    help: {
      en: 'Steps of expectation maximisation, at most; it ends when the log-likelihood grows by less than 0.001 nats.',
      'zh-CN': '期望最大化的最多轮数；对数似然增长小于 0.001 奈特时结束。',
    },
  }),
});
export type MixtureSpec = z.infer<typeof mixtureSchema>;

export const mixture = priorKind({
  kind: 'mixture',
  schema: mixtureSchema,
  over: 'vectors',
  name: { en: 'Mixture of Gaussians', 'zh-CN': '高斯混合' },
  help: {
    en: 'Several Gaussians at the places where latents lie, found at once: a good first prior over vectors.',
    'zh-CN': '在潜变量所在之处放置若干高斯，一次求出：向量先验的好起点。',
  },
});
