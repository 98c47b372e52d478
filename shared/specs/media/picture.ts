import { z } from 'zod';
import { described } from '../field';
import type { Medium } from './medium';

const side = z.number().int().positive();

/** A picture: `[height, width, channels]`, one channel for grey or three for red, green and blue. */
export const pictureSignalSchema = z.object({
  kind: z.literal('picture'),
  height: side,
  width: side,
  channels: z.union([z.literal(1), z.literal(3)]),
});
export type PictureSignal = z.infer<typeof pictureSignalSchema>;

/** What may be done to a picture while a model learns. */
export const pictureAugmentation = z.object({
  flip: described(z.boolean().default(false), {
    label: { en: 'Random flips', 'zh-CN': '随机翻转' },
    help: {
      en: 'Mirrors half of the training pictures left to right; not for letters or digits.',
      'zh-CN': '把一半训练图片左右镜像；不适合文字或数字。',
    },
  }),
});

export const picture: Medium<PictureSignal, 'u8'> = {
  kind: 'picture',
  name: { en: 'Pictures', 'zh-CN': '图片' },
  signal: pictureSignalSchema,
  axes: ['y', 'x'],
  sides: ({ height, width }) => [height, width],
  channels: ({ channels }) => channels,
  dtype: 'u8',
  range: [0, 255],
  facts: z.object({ width: z.number().int(), height: z.number().int() }),
  augmentation: pictureAugmentation,
  measures: {
    nmse: { better: 'less' },
    mse: { better: 'less' },
    psnr: { better: 'more', unit: 'dB' },
    ssim: { better: 'more' },
    'ms-ssim': { better: 'more' },
    perceptual: { better: 'less' },
  },
  describe({ height, width, channels }) {
    const size = `${width} × ${height}`;
    return {
      en: `${size} px, ${channels === 1 ? 'grey' : 'colour'}`,
      'zh-CN': `${size} 像素，${channels === 1 ? '灰度' : '彩色'}`,
    };
  },
  describeFacts({ width, height }) {
    return { en: `${width} × ${height} px`, 'zh-CN': `${width} × ${height} 像素` };
  },
};
