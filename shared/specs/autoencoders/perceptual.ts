import { z } from 'zod';
import { described, unlessZero } from '../field';
import { scheduled } from '../schedule';

/** What one may call weights of one's own: part of a file's name and of the loss term's. */
export const ownTrunkName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/);

/** The network in whose features pictures are compared. */
const trunkSchema = described(
  z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('efficientnet-lite0') }),
      z.object({ kind: z.literal('vgg16-hed') }),
      z.object({
        kind: z.literal('own'),
        name: described(ownTrunkName, {
          label: { en: 'Name of the weights', 'zh-CN': '权重名称' },
          help: {
            en: 'The name given when “tessera setup --own-trunk” installed them.',
            'zh-CN': '用 “tessera setup --own-trunk” 放入时所起的名称。',
          },
        }),
      }),
    ])
    .default({ kind: 'efficientnet-lite0' }),
  {
    applies: unlessZero('weight'),
    label: { en: 'Perceptual network', 'zh-CN': '感知网络' },
    help: {
      en: 'Whose features are compared. VGG16-HED (“tessera setup --trunk vgg16-hed”) is nearest to the papers’ VGG, and about ten times as slow.',
      'zh-CN': '在哪个网络的特征中比较。VGG16-HED（“tessera setup --trunk vgg16-hed”）最接近论文的 VGG，但约慢十倍。',
    },
    values: {
      'efficientnet-lite0': { en: 'EfficientNet-Lite0', 'zh-CN': 'EfficientNet-Lite0' },
      'vgg16-hed': { en: 'VGG16-HED', 'zh-CN': 'VGG16-HED' },
      own: { en: 'Weights of one’s own', 'zh-CN': '自备权重' },
    },
  },
);

/** The term that compares pictures in the features of the perceptual trunk. */
export const perceptualSchema = ({ weight }: { weight: number }) =>
  z.object({
    weight: described(scheduled(z.number().min(0).max(100)).default(weight), {
      label: { en: 'Perceptual weight', 'zh-CN': '感知权重' },
      help: {
        en: 'Weight of the distance in the features of a network that set-up fetches; 0 trains without it.',
        'zh-CN': '在某个网络（由安装程序下载）特征中的距离的权重；0 表示不用。',
      },
    }),
    trunk: trunkSchema,
  });
export type PerceptualSpec = z.infer<ReturnType<typeof perceptualSchema>>;
export type TrunkChoice = PerceptualSpec['trunk'];
