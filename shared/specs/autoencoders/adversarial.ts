import { z } from 'zod';
import { described, unlessZero } from '../field';
import { scheduled } from '../schedule';

interface Defaults {
  weight: number;
  start: number;
  adaptive: boolean;
  loss: 'hinge' | 'non-saturating';
}

/**
 * A PatchGAN discriminator (Isola et al. 2017) and how it teaches the autoencoder (Esser, Rombach, Ommer 2021, section
 * 3.2).
 */
export const adversarialSchema = ({ weight, start, adaptive, loss }: Defaults) =>
  z.object({
    weight: described(scheduled(z.number().min(0).max(100)).default(weight), {
      label: { en: 'Adversarial weight', 'zh-CN': '对抗权重' },
      help: {
        en: 'Weight of the term that asks reconstructions to pass for originals; 0 trains without a discriminator.',
        'zh-CN': '要求重建图以假乱真的损失项权重；0 表示不用判别器。',
      },
    }),
    start: described(z.number().int().min(0).max(100_000_000).default(start), {
      applies: unlessZero('weight'),
      label: { en: 'Discriminator starts after', 'zh-CN': '判别器启动于' },
      help: {
        en: 'Steps that the autoencoder learns alone first; it should reconstruct well by then.',
        'zh-CN': '自编码器先独自学习的步数；届时应已能较好地重建。',
      },
      unit: { en: 'steps', 'zh-CN': '步' },
    }),
    adaptive: described(z.boolean().default(adaptive), {
      applies: unlessZero('weight'),
      label: { en: 'Adaptive weight', 'zh-CN': '自适应权重' },
      help: {
        en: 'Scales the adversarial term so that it pulls the decoder’s last layer as hard as the reconstruction does.',
        'zh-CN': '缩放对抗项，使其对解码器最后一层的梯度与重建项相当。',
      },
    }),
    loss: described(z.enum(['hinge', 'non-saturating']).default(loss), {
      applies: unlessZero('weight'),
      label: { en: 'Adversarial loss', 'zh-CN': '对抗损失' },
      help: {
        en: 'How discriminator and autoencoder are judged; hinge stops at a margin of 1.',
        'zh-CN': '判别器与自编码器如何计分；hinge 在间隔 1 处不再推动。',
      },
      values: {
        hinge: { en: 'Hinge', 'zh-CN': '合页（hinge）' },
        'non-saturating': { en: 'Non-saturating', 'zh-CN': '非饱和' },
      },
    }),
    penalty: described(z.number().min(0).max(1000).default(0), {
      applies: unlessZero('weight'),
      label: { en: 'R1 penalty γ', 'zh-CN': 'R1 惩罚 γ' },
      help: {
        en: 'Weight of the discriminator’s squared gradient at originals, which calms it; 0 means none. A step with it takes longer.',
        'zh-CN': '判别器在原图处梯度平方的权重，使其平稳；0 表示不用。含它的步会变慢。',
      },
    }),
    penaltyEvery: described(z.number().int().min(1).max(1000).default(16), {
      applies: (beside) => unlessZero('weight')(beside, {}) && unlessZero('penalty')(beside, {}),
      label: { en: 'R1 penalty every', 'zh-CN': 'R1 惩罚间隔' },
      help: {
        en: 'Steps from one R1 penalty to the next; each is multiplied by this number, for the same pull in less time.',
        'zh-CN': '相邻两次 R1 惩罚之间的步数，惩罚按此倍数放大：效果相同，耗时更少。',
      },
      unit: { en: 'steps', 'zh-CN': '步' },
    }),
    layers: described(z.number().int().min(1).max(6).default(3), {
      applies: unlessZero('weight'),
      label: { en: 'Discriminator layers', 'zh-CN': '判别器层数' },
      help: {
        en: 'Halvings before the patches are judged: with 3 a judgement looks at 70 × 70 px.',
        'zh-CN': '判断图块之前的下采样次数：3 次时每个判断覆盖 70 × 70 像素。',
      },
    }),
    channels: described(z.number().int().min(4).max(256).default(64), {
      applies: unlessZero('weight'),
      label: { en: 'Discriminator channels', 'zh-CN': '判别器通道数' },
      help: {
        en: 'Width of its first layer; later ones are up to eight times as wide.',
        'zh-CN': '第一层的宽度；后面的层最多为其八倍。',
      },
    }),
    norm: described(z.enum(['batch', 'group', 'none']).default('batch'), {
      applies: unlessZero('weight'),
      label: { en: 'Discriminator norm', 'zh-CN': '判别器归一化' },
      help: {
        en: 'Batch normalisation as in the paper; group normalisation suits batches of a few pictures.',
        'zh-CN': '论文使用批归一化；批很小时宜用组归一化。',
      },
      values: {
        batch: { en: 'Batch', 'zh-CN': '批归一化' },
        group: { en: 'Group', 'zh-CN': '组归一化' },
        none: { en: 'None', 'zh-CN': '无' },
      },
    }),
  });
export type AdversarialSpec = z.infer<ReturnType<typeof adversarialSchema>>;
