import { z } from 'zod';
import { described } from '../field';
import { scheduled } from '../schedule';

/** The term that compares pictures in the features of the perceptual trunk. */
export const perceptualSchema = ({ weight }: { weight: number }) =>
  z.object({
    weight: described(scheduled(z.number().min(0).max(100)).default(weight), {
      label: { en: 'Perceptual weight', 'zh-CN': '感知权重' },
      help: {
        en: 'Weight of the distance in the features of EfficientNet-Lite0, which set-up fetches; 0 trains without it.',
        'zh-CN': '在 EfficientNet-Lite0 特征中的距离的权重（其权重由安装程序下载）；0 表示不用。',
      },
    }),
  });
export type PerceptualSpec = z.infer<ReturnType<typeof perceptualSchema>>;
