/** Every prior Tessera trains over the codes of an autoencoder: one schema a file, one line here. */
import { z } from 'zod';
import { gatedPixelcnnSchema } from './gated-pixelcnn';
import { gptSchema } from './gpt';
import { lstmSchema } from './lstm';
import { maskgitSchema } from './maskgit';
import { pixelcnnSchema } from './pixelcnn';
import { pixelsnailSchema } from './pixelsnail';

export { type GatedPixelcnnSpec, gatedPixelcnnSchema } from './gated-pixelcnn';
export { type GptSpec, gptSchema } from './gpt';
export { LONGEST_RECURRENT, type LstmSpec, lstmSchema } from './lstm';
export { type MaskgitSpec, maskgitSchema } from './maskgit';
export { type PixelcnnSpec, pixelcnnSchema } from './pixelcnn';
export { type PixelsnailSpec, pixelsnailSchema } from './pixelsnail';

export const priorSchemas = [
  gptSchema,
  maskgitSchema,
  lstmSchema,
  pixelcnnSchema,
  gatedPixelcnnSchema,
  pixelsnailSchema,
] as const;
export const priorNames = {
  gpt: { en: 'GPT', 'zh-CN': 'GPT' },
  maskgit: { en: 'MaskGIT', 'zh-CN': 'MaskGIT' },
  lstm: { en: 'LSTM / GRU', 'zh-CN': 'LSTM / GRU' },
  pixelcnn: { en: 'PixelCNN', 'zh-CN': 'PixelCNN' },
  'gated-pixelcnn': { en: 'Gated PixelCNN', 'zh-CN': '门控 PixelCNN' },
  pixelsnail: { en: 'PixelSNAIL', 'zh-CN': 'PixelSNAIL' },
} as const;

export const priorSchema = z.discriminatedUnion('kind', priorSchemas);
export type PriorSpec = z.infer<typeof priorSchema>;
export type PriorKind = PriorSpec['kind'];
