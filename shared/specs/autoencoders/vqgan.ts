import { z } from 'zod';
import { described } from '../field';
import { quantizerSchema, vectorQuantizerSchema } from '../quantizers';
import { refuse } from '../refusal';
import { wholeNumbers } from '../whole-numbers';
import { adversarialSchema } from './adversarial';
import { autoencoderKind } from './kind';
import { perceptualSchema } from './perceptual';

const MOST_LEVELS = 7;
const MOST_MULTIPLE = 16;

const adversarial = adversarialSchema({ weight: 0.8, start: 10_000, adaptive: true, loss: 'hinge' });
// 1 in the paper, of LPIPS on VGG16; the distance here adds up five stages and is about ten times as large.
const perceptual = perceptualSchema({ weight: 0.1 });

/**
 * VQGAN (Esser, Rombach, Ommer 2021, “Taming transformers for high-resolution image synthesis”), with the networks of
 * its code.
 */
export const vqganSchema = z
  .object({
    kind: z.literal('vqgan'),
    channels: described(z.number().int().min(4).max(512).default(128), {
      label: { en: 'Channels', 'zh-CN': '通道数' },
      help: {
        en: 'Width at full size; the multiples say how it grows.',
        'zh-CN': '原尺寸处的宽度；倍数决定其如何增长。',
      },
    }),
    multiples: described(wholeNumbers.default([1, 1, 2, 2, 4]), {
      label: { en: 'Channel multiples', 'zh-CN': '通道倍数' },
      help: {
        en: 'Width at each size, the largest first; each after the first halves the sides: 1,1,2,2,4 turns 256 × 256 px into 16 × 16 codes.',
        'zh-CN': '由大到小各尺寸处的宽度倍数；第一个之后每个将边长减半：1,1,2,2,4 把 256 × 256 像素变为 16 × 16 个码。',
      },
    }),
    blocks: described(z.number().int().min(1).max(8).default(2), {
      label: { en: 'Residual blocks', 'zh-CN': '残差块数' },
      help: {
        en: 'At each size of the encoder; the decoder has one more.',
        'zh-CN': '编码器每个尺寸处的块数；解码器多一个。',
      },
    }),
    attention: described(z.number().int().min(0).max(128).default(16), {
      label: { en: 'Attention up to', 'zh-CN': '注意力尺寸上限' },
      help: {
        en: 'Feature maps whose longer side is at most this get attention, and so does the middle; 0 means none. Its cost grows with the fourth power of the side.',
        'zh-CN': '长边不超过此值的特征图以及中间层使用注意力；0 表示不用。开销随边长的四次方增长。',
      },
      unit: { en: 'cells', 'zh-CN': '格' },
    }),
    groups: described(z.number().int().min(1).max(64).default(32), {
      label: { en: 'Norm groups', 'zh-CN': '归一化组数' },
      help: {
        en: 'Groups of the group normalisations; must divide every width.',
        'zh-CN': '组归一化的组数；须整除每个宽度。',
      },
    }),
    latentChannels: described(z.number().int().min(1).max(1024).default(256), {
      label: { en: 'Latent channels', 'zh-CN': '潜变量通道数' },
      help: {
        en: 'Between the networks and the projections to and from the quantizer (z channels in the paper’s code).',
        'zh-CN': '网络与量化器两侧投影之间的通道数（论文代码中的 z channels）。',
      },
    }),
    dropout: described(z.number().min(0).max(0.9).default(0), {
      label: { en: 'Dropout', 'zh-CN': '随机失活' },
      help: {
        en: 'Share of values dropped within residual blocks in training; 0 in the paper.',
        'zh-CN': '训练时残差块内丢弃的值的比例；论文为 0。',
      },
    }),
    quantizer: quantizerSchema.default(
      vectorQuantizerSchema.parse({ codes: 1024, dimension: 256, update: 'gradient', commitment: 0.25 }),
    ),
    reconstruction: described(z.enum(['l1', 'l2']).default('l1'), {
      label: { en: 'Pixel loss', 'zh-CN': '像素损失' },
      help: {
        en: 'Absolute differences, as in the paper, or squared ones; pixels from −1 to 1.',
        'zh-CN': '绝对差（论文）或平方差；像素取 −1 到 1。',
      },
      values: {
        l1: { en: 'Absolute (L1)', 'zh-CN': '绝对差（L1）' },
        l2: { en: 'Squared (L2)', 'zh-CN': '平方差（L2）' },
      },
    }),
    perceptual: perceptual.prefault({}),
    adversarial: adversarial.prefault({}),
  })
  .superRefine(({ channels, multiples, groups }, context) => {
    const odd = multiples.find((one) => !Number.isInteger(one) || one < 1 || one > MOST_MULTIPLE);
    if (multiples.length < 2 || multiples.length > MOST_LEVELS || odd !== undefined) {
      refuse(context, 'multiples', {
        en: `Expected 2 to ${MOST_LEVELS} whole numbers from 1 to ${MOST_MULTIPLE}, as in 1,1,2,2,4.`,
        'zh-CN': `应为 2 到 ${MOST_LEVELS} 个整数，每个在 1 到 ${MOST_MULTIPLE} 之间，如 1,1,2,2,4。`,
      });
      return;
    }
    const width = [1, ...multiples].map((multiple) => channels * multiple).find((each) => each % groups !== 0);
    if (width !== undefined) {
      refuse(context, 'groups', {
        en: `${groups} groups don’t divide a width of ${width} channels. Change groups, channels or multiples.`,
        'zh-CN': `${groups} 组不能整除 ${width} 个通道。请修改组数、通道数或倍数。`,
      });
    }
  });
export type VqganSpec = z.infer<typeof vqganSchema>;

export const vqgan = autoencoderKind({
  kind: 'vqgan',
  schema: vqganSchema,
  name: { en: 'VQGAN', 'zh-CN': 'VQGAN' },
  help: {
    en: 'Codes with a judge that asks for sharp textures: crisp pictures, slower.',
    'zh-CN': '带判别器的码，追求清晰纹理：画面锐利，训练较慢。',
  },
  latent: 'codes',
  media: ['picture'],
});
