import { z } from 'zod';
import { described } from '../field';
import { conditioning } from './conditioning';
import { onGrids, requireOdd } from './on-grids';
import { priorKind } from './kind';

/** Masked convolutions over the grid of codes (van den Oord, Kalchbrenner and Kavukcuoglu 2016). */
export const pixelcnnSchema = z
  .object({
    kind: z.literal('pixelcnn'),
    blocks: described(z.number().int().min(1).max(64).default(12), {
      label: { en: 'Blocks', 'zh-CN': '块数' },
      help: {
        en: 'Residual blocks; each sees further by one cell or more.',
        'zh-CN': '残差块的数目；每块能多看一格或更多。',
      },
    }),
    channels: described(z.number().int().min(2).max(2048).default(64), {
      label: { en: 'Channels', 'zh-CN': '通道数' },
      help: {
        en: 'Inside of a block (h in the paper); between blocks there are twice as many.',
        'zh-CN': '块内的通道数（论文中的 h）；块之间为其两倍。',
      },
    }),
    ...onGrids,
    ...conditioning,
  })
  .superRefine(requireOdd);
export type PixelcnnSpec = z.infer<typeof pixelcnnSchema>;

export const pixelcnn = priorKind({
  kind: 'pixelcnn',
  schema: pixelcnnSchema,
  over: 'codes',
  name: { en: 'PixelCNN', 'zh-CN': 'PixelCNN' },
  help: {
    en: 'Masked convolutions: each code knows the ones above and to its left, except in a blind spot.',
    'zh-CN': '掩码卷积：每个码知道上方和左侧的码，但有盲区。',
  },
});
