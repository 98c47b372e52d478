/**
 * Every prior Tessera trains over the codes of an autoencoder, or over its vectors: one schema a file, one line here.
 */
import { z } from 'zod';
import { gatedPixelcnn } from './gated-pixelcnn';
import { gaussian } from './gaussian';
import { gpt } from './gpt';
import { lstm } from './lstm';
import { made } from './made';
import { maskgit } from './maskgit';
import { mixture } from './mixture';
import { pixelcnn } from './pixelcnn';
import { pixelsnail } from './pixelsnail';

export { type GatedPixelcnnSpec, gatedPixelcnnSchema } from './gated-pixelcnn';
export { type GaussianSpec, gaussianSchema } from './gaussian';
export { type GptSpec, gptSchema } from './gpt';
export { LONGEST_RECURRENT, type LstmSpec, lstmSchema } from './lstm';
export { type MadeSpec, madeSchema } from './made';
export { type MaskgitSpec, maskgitSchema } from './maskgit';
export { type MixtureSpec, mixtureSchema } from './mixture';
export { type PixelcnnSpec, pixelcnnSchema } from './pixelcnn';
export { type PixelsnailSpec, pixelsnailSchema } from './pixelsnail';

const overCodes = [gpt, maskgit, lstm, pixelcnn, gatedPixelcnn, pixelsnail] as const;
const overVectors = [mixture, gaussian, made] as const;

/** Every prior that Tessera trains, in the order in which they are offered: a new one is its file and its place here. */
export const priors = [...overCodes, ...overVectors] as const;

type SchemasOf<Kinds> = { -readonly [At in keyof Kinds]: Kinds[At] extends { schema: infer Schema } ? Schema : never };
const schemasOf = <const Kinds extends readonly { schema: z.ZodType }[]>(kinds: Kinds): SchemasOf<Kinds> =>
  kinds.map(({ schema }) => schema) as unknown as SchemasOf<Kinds>;

export const priorSchemas = schemasOf(priors);
export const priorSchema = z.discriminatedUnion('kind', priorSchemas);
export type PriorSpec = z.infer<typeof priorSchema>;
export type PriorKind = PriorSpec['kind'];

export const codePriorSchema = z.discriminatedUnion('kind', schemasOf(overCodes));
export type CodePriorSpec = z.infer<typeof codePriorSchema>;
export const vectorPriorSchema = z.discriminatedUnion('kind', schemasOf(overVectors));
export type VectorPriorSpec = z.infer<typeof vectorPriorSchema>;

const vectorKinds: ReadonlySet<string> = new Set(overVectors.map(({ kind }) => kind));

/** Whether a prior is over vectors; the others are over codes. */
export const isVectorPrior = (prior: PriorSpec): prior is VectorPriorSpec => vectorKinds.has(prior.kind);
