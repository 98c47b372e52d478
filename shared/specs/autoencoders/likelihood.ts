import { z } from 'zod';
import { described } from '../field';

const gaussianSchema = z.object({
  kind: z.literal('gaussian').default('gaussian'),
  deviation: described(z.number().min(0.004).max(10).default(0.1), {
    label: { en: 'Deviation σ', 'zh-CN': '标准差 σ' },
    help: {
      en: 'Deviation of a pixel from the decoder’s output, pixels from 0 to 1; if it is learnt, its initial value.',
      'zh-CN': '像素（0 到 1）围绕解码器输出的标准差；若学习 σ，则为初始值。',
    },
  }),
  learnt: described(z.boolean().default(true), {
    label: { en: 'Learn σ', 'zh-CN': '学习 σ' },
    help: {
      en: 'One σ for all pixels is trained too, so that reconstruction and KL balance themselves.',
      'zh-CN': '所有像素共用一个 σ 并参与训练，使重建与 KL 自行平衡。',
    },
  }),
});

const bernoulliSchema = z.object({
  kind: z.literal('bernoulli'),
  binarise: described(z.boolean().default(true), {
    label: { en: 'Binarise at random', 'zh-CN': '随机二值化' },
    help: {
      en: 'Every pixel is drawn black or white anew, with its brightness as the probability of white; off: brightness itself is the target.',
      'zh-CN': '每次把像素随机取为黑或白，亮度即为白的概率；关闭则直接把亮度当作概率。',
    },
  }),
});

/** p(x|z): what the decoder's output says of a pixel. */
export const likelihoodSchema = described(z.discriminatedUnion('kind', [gaussianSchema, bernoulliSchema]), {
  label: { en: 'Decoder distribution', 'zh-CN': '解码器分布' },
  help: {
    en: 'Gaussian for photographs; Bernoulli for black-and-white pictures such as digits.',
    'zh-CN': '照片用高斯分布；数字等黑白图片用伯努利分布。',
  },
  values: {
    gaussian: { en: 'Gaussian', 'zh-CN': '高斯' },
    bernoulli: { en: 'Bernoulli', 'zh-CN': '伯努利' },
  },
});
export type LikelihoodSpec = z.infer<typeof likelihoodSchema>;
export const defaultLikelihood: LikelihoodSpec = gaussianSchema.parse({});

/** k of the log-likelihood that a thorough evaluation estimates; 5000 in the IWAE paper. */
export const likelihoodSamples = described(z.number().int().min(1).max(100_000).default(5000), {
  label: { en: 'Samples of the test likelihood', 'zh-CN': '测试似然的样本数' },
  help: {
    en: 'Draws per picture for the log-likelihood of a thorough evaluation; 5000 in the papers. Training is not affected.',
    'zh-CN': '彻底评估中估计对数似然时每张图片的抽样数；论文为 5000。不影响训练。',
  },
});
