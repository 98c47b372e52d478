/**
 * Every prior Tessera trains over the codes of an autoencoder, or over its vectors: one schema a file, one line here.
 */
import { z } from 'zod';
import { gatedPixelcnnSchema } from './gated-pixelcnn';
import { gaussianSchema } from './gaussian';
import { gptSchema } from './gpt';
import { lstmSchema } from './lstm';
import { madeSchema } from './made';
import { maskgitSchema } from './maskgit';
import { mixtureSchema } from './mixture';
import { pixelcnnSchema } from './pixelcnn';
import { pixelsnailSchema } from './pixelsnail';

export { type GatedPixelcnnSpec, gatedPixelcnnSchema } from './gated-pixelcnn';
export { type GaussianSpec, gaussianSchema } from './gaussian';
export { type GptSpec, gptSchema } from './gpt';
export { LONGEST_RECURRENT, type LstmSpec, lstmSchema } from './lstm';
export { type MadeSpec, madeSchema } from './made';
export { type MaskgitSpec, maskgitSchema } from './maskgit';
export { type MixtureSpec, mixtureSchema } from './mixture';
export { type PixelcnnSpec, pixelcnnSchema } from './pixelcnn';
export { type PixelsnailSpec, pixelsnailSchema } from './pixelsnail';

/** Over codes. */
const codePriorSchemas = [
  gptSchema,
  maskgitSchema,
  lstmSchema,
  pixelcnnSchema,
  gatedPixelcnnSchema,
  pixelsnailSchema,
] as const;
/** Over vectors. */
const vectorPriorSchemas = [mixtureSchema, gaussianSchema, madeSchema] as const;
export const priorSchemas = [...codePriorSchemas, ...vectorPriorSchemas] as const;
export const priorNames = {
  gpt: { en: 'GPT', 'zh-CN': 'GPT' },
  maskgit: { en: 'MaskGIT', 'zh-CN': 'MaskGIT' },
  lstm: { en: 'LSTM / GRU', 'zh-CN': 'LSTM / GRU' },
  pixelcnn: { en: 'PixelCNN', 'zh-CN': 'PixelCNN' },
  'gated-pixelcnn': { en: 'Gated PixelCNN', 'zh-CN': '门控 PixelCNN' },
  pixelsnail: { en: 'PixelSNAIL', 'zh-CN': 'PixelSNAIL' },
  gaussian: { en: 'Gaussian', 'zh-CN': '高斯' },
  mixture: { en: 'Mixture of Gaussians', 'zh-CN': '高斯混合' },
  made: { en: 'MADE', 'zh-CN': 'MADE' },
} as const;

export const priorSchema = z.discriminatedUnion('kind', priorSchemas);
export type PriorSpec = z.infer<typeof priorSchema>;
export type PriorKind = PriorSpec['kind'];

export const codePriorSchema = z.discriminatedUnion('kind', codePriorSchemas);
export type CodePriorSpec = z.infer<typeof codePriorSchema>;
export const vectorPriorSchema = z.discriminatedUnion('kind', vectorPriorSchemas);
export type VectorPriorSpec = z.infer<typeof vectorPriorSchema>;

const vectorKinds: ReadonlySet<string> = new Set(vectorPriorSchemas.map(({ shape }) => shape.kind.value));

/** Whether a prior is over vectors; the others are over codes. */
export const isVectorPrior = (prior: PriorSpec): prior is VectorPriorSpec => vectorKinds.has(prior.kind);
