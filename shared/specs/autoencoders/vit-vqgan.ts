import { z } from 'zod';
import { described } from '../field';
import { factorisedQuantizerSchema, quantizerSchema } from '../quantizers';
import { refuse } from '../refusal';
import { adversarialSchema } from './adversarial';
import { autoencoderKind } from './kind';
import { perceptualSchema } from './perceptual';

const adversarial = adversarialSchema({ weight: 0.1, start: 0, adaptive: false, loss: 'non-saturating' });
// 0.1 in the paper, of LPIPS on VGG16; the distance here is about ten times as large.
const perceptual = perceptualSchema({ weight: 0.01 });

const transformerSchema = (which: { en: string; 'zh-CN': string }) =>
  z.object({
    width: described(z.number().int().min(8).max(2048).default(512), {
      label: { en: `${which.en} width`, 'zh-CN': `${which['zh-CN']}宽度` },
      help: {
        en: 'Components of a patch’s vector; divisible by 4 and by the heads.',
        'zh-CN': '每个图块向量的分量数；须被 4 和头数整除。',
      },
    }),
    layers: described(z.number().int().min(1).max(48).default(8), {
      label: { en: `${which.en} layers`, 'zh-CN': `${which['zh-CN']}层数` },
      help: { en: 'Transformer blocks.', 'zh-CN': 'Transformer 块数。' },
    }),
    heads: described(z.number().int().min(1).max(32).default(8), {
      label: { en: `${which.en} heads`, 'zh-CN': `${which['zh-CN']}头数` },
      help: { en: 'Attention heads of a block.', 'zh-CN': '每个块的注意力头数。' },
    }),
  });
const encoder = transformerSchema({ en: 'Encoder', 'zh-CN': '编码器' });
const decoder = transformerSchema({ en: 'Decoder', 'zh-CN': '解码器' });

/** ViT-VQGAN (Yu et al. 2021, “Vector-quantized image modeling with improved VQGAN”). */
export const vitVqganSchema = z
  .object({
    kind: z.literal('vit-vqgan'),
    patch: described(z.number().int().min(2).max(64).default(8), {
      label: { en: 'Patch', 'zh-CN': '图块边长' },
      help: {
        en: 'Side of the squares that a picture is cut into; each becomes one code: 8 turns 256 × 256 px into 32 × 32 codes.',
        'zh-CN': '图片切成的方块的边长；每块变成一个码：8 把 256 × 256 像素变为 32 × 32 个码。',
      },
      unit: { en: 'px', 'zh-CN': '像素' },
    }),
    encoder: encoder.prefault({}),
    decoder: decoder.prefault({}),
    quantizer: quantizerSchema.default(
      factorisedQuantizerSchema.parse({
        kind: 'factorised',
        codes: 8192,
        dimension: 512,
        codeDimension: 32,
        update: 'gradient',
        commitment: 0.25,
      }),
    ),
    squared: described(z.number().min(0).max(100).default(1), {
      label: { en: 'Squared error weight', 'zh-CN': '平方误差权重' },
      help: {
        en: 'Weight of the mean squared difference, pixels from 0 to 1.',
        'zh-CN': '均方差的权重，像素取 0 到 1。',
      },
    }),
    logitLaplace: described(z.number().min(0).max(100).default(0.1), {
      label: { en: 'Logit-Laplace weight', 'zh-CN': 'logit-Laplace 权重' },
      help: {
        en: 'Weight of the negative log-likelihood under a Laplace distribution of each pixel’s logit, whose spread the decoder also gives.',
        'zh-CN': '像素 logit 服从拉普拉斯分布时的负对数似然权重；其尺度也由解码器给出。',
      },
    }),
    perceptual: perceptual.prefault({}),
    adversarial: adversarial.prefault({}),
  })
  .superRefine((spec, context) => {
    for (const side of ['encoder', 'decoder'] as const) {
      const { width, heads } = spec[side];
      if (width % 4 === 0 && width % heads === 0) continue;
      refuse(context, `${side}.width`, {
        en: `A width of ${width} is not divisible by 4 (for the positions) and by ${heads} heads.`,
        'zh-CN': `宽度 ${width} 不能同时被 4（位置编码）和 ${heads} 个头整除。`,
      });
    }
    if (spec.squared === 0 && spec.logitLaplace === 0) {
      refuse(context, 'squared', {
        en: 'Something must compare pixels: give the squared error or the logit-Laplace term a weight.',
        'zh-CN': '必须有逐像素的损失：请给平方误差或 logit-Laplace 项一个权重。',
      });
    }
  });
export type VitVqganSpec = z.infer<typeof vitVqganSchema>;

export const vitVqgan = autoencoderKind({
  kind: 'vit-vqgan',
  schema: vitVqganSchema,
  name: { en: 'ViT-VQGAN', 'zh-CN': 'ViT-VQGAN' },
  help: {
    en: 'VQGAN with transformers and small, normalised codes.',
    'zh-CN': '用 Transformer 和低维归一化码的 VQGAN。',
  },
  latent: 'codes',
  media: ['picture'],
});
