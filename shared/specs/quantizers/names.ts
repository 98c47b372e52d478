import type { Localized } from '../field';

/** What people call the kinds of quantizer. */
export const quantizerNames: Record<string, Localized> = {
  vector: { en: 'Vector', 'zh-CN': '向量' },
  cosine: { en: 'Cosine', 'zh-CN': '余弦' },
  factorised: { en: 'Factorised', 'zh-CN': '分解投影' },
  simvq: { en: 'SimVQ', 'zh-CN': 'SimVQ' },
  gumbel: { en: 'Gumbel-softmax', 'zh-CN': 'Gumbel-softmax' },
  fsq: { en: 'Finite scalars (FSQ)', 'zh-CN': '有限标量（FSQ）' },
  lfq: { en: 'Lookup-free (LFQ, BSQ)', 'zh-CN': '免查表（LFQ、BSQ）' },
  residual: { en: 'Residual', 'zh-CN': '残差' },
  grouped: { en: 'Grouped, multi-head', 'zh-CN': '分组、多头' },
};
