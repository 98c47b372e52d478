import { z } from 'zod';
import { covarianceField } from './covariance';
import { priorKind } from './kind';

/** One Gaussian over the vector of an item: mean and covariance of the training items, in closed form. */
export const gaussianSchema = z.object({ kind: z.literal('gaussian'), covariance: covarianceField });
export type GaussianSpec = z.infer<typeof gaussianSchema>;

export const gaussian = priorKind({
  kind: 'gaussian',
  schema: gaussianSchema,
  over: 'vectors',
  name: { en: 'Gaussian', 'zh-CN': '高斯' },
  help: {
    en: 'Mean and covariance of the latents, found at once: what every other prior should beat.',
    'zh-CN': '潜变量的均值与协方差，一次求出：其他先验都应胜过它。',
  },
});
