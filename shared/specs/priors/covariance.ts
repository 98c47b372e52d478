import { z } from 'zod';
import { described } from '../field';

/** What a Gaussian over a vector knows of its components. */
export const covarianceField = described(z.enum(['full', 'diagonal']).default('full'), {
  label: { en: 'Covariance', 'zh-CN': '协方差' },
  help: {
    en: 'Full: how every two components vary together, D² numbers; diagonal: only how much each varies, D numbers.',
    'zh-CN': '完整：任意两个分量如何共同变化，D² 个数；对角：只有各分量的变化大小，D 个数。',
  },
  values: { full: { en: 'Full', 'zh-CN': '完整' }, diagonal: { en: 'Diagonal', 'zh-CN': '对角' } },
});
