import { z } from 'zod';
import { described } from '../field';
import { conditioning } from './conditioning';
import { onGrids, requireOdd } from './on-grids';
import { priorKind } from './kind';

/** Two stacks of masked, gated convolutions without a blind spot (van den Oord et al. 2016b). */
export const gatedPixelcnnSchema = z
  .object({
    kind: z.literal('gated-pixelcnn'),
    layers: described(z.number().int().min(1).max(64).default(15), {
      label: { en: 'Layers', 'zh-CN': '层数' },
      help: {
        en: 'Layers of both stacks, including the first; each sees further by one cell or more.',
        'zh-CN': '两个堆栈的层数，含第一层；每层能多看一格或更多。',
      },
    }),
    channels: described(z.number().int().min(2).max(2048).default(64), {
      label: { en: 'Channels', 'zh-CN': '通道数' },
      help: { en: 'Channels of each stack.', 'zh-CN': '每个堆栈的通道数。' },
    }),
    ...onGrids,
    ...conditioning,
  })
  .superRefine(requireOdd);
export type GatedPixelcnnSpec = z.infer<typeof gatedPixelcnnSchema>;

export const gatedPixelcnn = priorKind({
  kind: 'gated-pixelcnn',
  schema: gatedPixelcnnSchema,
  over: 'codes',
  name: { en: 'Gated PixelCNN', 'zh-CN': '门控 PixelCNN' },
  help: {
    en: 'Two stacks of gated convolutions without a blind spot; the usual prior for a VQ-VAE’s codes.',
    'zh-CN': '两个门控卷积堆栈，没有盲区；VQ-VAE 的码常用的先验。',
  },
});
