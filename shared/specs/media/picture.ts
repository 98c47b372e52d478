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

export const MINIMUM_SIDE = 16;
export const MAXIMUM_SIDE = 256;
const workingSide = z.number().int().min(MINIMUM_SIDE).max(MAXIMUM_SIDE);

/** How picture files are brought to what a dataset’s pictures are. */
export const pictureImportOptions = z.object({
  width: described(workingSide.nullable().default(null), {
    label: { en: 'Width', 'zh-CN': '宽度' },
    help: {
      en: 'Width every picture is brought to; empty chooses from the pictures.',
      'zh-CN': '所有图片统一到的宽度；留空则按图片选取。',
    },
    unit: { en: 'px', 'zh-CN': '像素' },
  }),
  height: described(workingSide.nullable().default(null), {
    label: { en: 'Height', 'zh-CN': '高度' },
    help: {
      en: 'Height every picture is brought to; empty chooses from the pictures.',
      'zh-CN': '所有图片统一到的高度；留空则按图片选取。',
    },
    unit: { en: 'px', 'zh-CN': '像素' },
  }),
  fit: described(z.enum(['crop', 'contain']).default('crop'), {
    label: { en: 'Fit', 'zh-CN': '适配' },
    help: {
      en: 'Cut to the centre, or keep the whole picture on a background.',
      'zh-CN': '居中裁剪，或保留整张图片并填充背景。',
    },
    values: {
      crop: { en: 'Centre crop', 'zh-CN': '居中裁剪' },
      contain: { en: 'Fit with background', 'zh-CN': '完整保留' },
    },
  }),
  colour: described(z.enum(['auto', 'grey', 'rgb']).default('auto'), {
    label: { en: 'Colour', 'zh-CN': '颜色' },
    help: { en: 'Automatic keeps grey pictures grey.', 'zh-CN': '自动：灰度图片保持灰度。' },
    values: {
      auto: { en: 'Automatic', 'zh-CN': '自动' },
      grey: { en: 'Grey', 'zh-CN': '灰度' },
      rgb: { en: 'Colour', 'zh-CN': '彩色' },
    },
  }),
  background: described(z.enum(['white', 'black', 'grey']).default('white'), {
    label: { en: 'Background', 'zh-CN': '背景' },
    help: {
      en: 'What shows through transparent parts and around fitted pictures.',
      'zh-CN': '透明处以及图片周围的填充颜色。',
    },
    values: {
      white: { en: 'White', 'zh-CN': '白' },
      black: { en: 'Black', 'zh-CN': '黑' },
      grey: { en: 'Grey', 'zh-CN': '灰' },
    },
  }),
  range: described(z.enum(['auto', '0-1', '-1-1', '0-255', '0-65535', 'min-max']).default('auto'), {
    label: { en: 'Value range', 'zh-CN': '数值范围' },
    help: {
      en: 'Which numbers are black and white in arrays and in TIFF files of other numbers than bytes. Automatic decides from all values.',
      'zh-CN': '数组以及非字节型 TIFF 中，哪些数值为黑、哪些为白。自动：根据全部数值判断。',
    },
    values: {
      auto: { en: 'Automatic', 'zh-CN': '自动' },
      '0-1': { en: '0 to 1', 'zh-CN': '0 到 1' },
      '-1-1': { en: '−1 to 1', 'zh-CN': '−1 到 1' },
      '0-255': { en: '0 to 255', 'zh-CN': '0 到 255' },
      '0-65535': { en: '0 to 65535', 'zh-CN': '0 到 65535' },
      'min-max': { en: 'Smallest to largest value', 'zh-CN': '最小值到最大值' },
    },
  }),
  frames: described(z.enum(['first', 'all']).default('first'), {
    label: { en: 'Pages and frames', 'zh-CN': '多页与动画' },
    help: {
      en: 'What to take of animations and of TIFF files with several pages: the first, or each as an item.',
      'zh-CN': '多页 TIFF 和动画：只取第一页（帧），或每页（帧）各成一个条目。',
    },
    values: {
      first: { en: 'First only', 'zh-CN': '仅第一个' },
      all: { en: 'All', 'zh-CN': '全部' },
    },
  }),
});

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
  importOptions: pictureImportOptions,
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
