import { z } from 'zod';
import { described } from '../field';
import { ae } from './ae';
import { discreteVae } from './discrete-vae';
import { dVae } from './dvae';
import { iwae } from './iwae';
import type { AutoencoderKindOf } from './kind';
import { pca } from './pca';
import { vae } from './vae';
import { vitVqgan } from './vit-vqgan';
import { vqVae } from './vq-vae';
import { vqVae2 } from './vq-vae-2';
import { vqgan } from './vqgan';

/** Every autoencoder that Tessera trains, in the order in which they are offered: a new one is its file and its line here. */
export const autoencoders = [vqVae, vqVae2, dVae, vqgan, vitVqgan, vae, iwae, ae, pca, discreteVae] as const;

type SchemasOf<Kinds> = { -readonly [At in keyof Kinds]: Kinds[At] extends { schema: infer Schema } ? Schema : never };
const schemas = autoencoders.map(({ schema }) => schema) as unknown as SchemasOf<typeof autoencoders>;

export const autoencoderSchema = described(z.discriminatedUnion('kind', schemas), {
  label: { en: 'Model', 'zh-CN': '模型' },
  help: {
    en: 'Which kind of autoencoder; the manual has a page for each.',
    'zh-CN': '哪一种自编码器；手册中每种都有一页。',
  },
  values: Object.fromEntries(autoencoders.map(({ kind, name }) => [kind, name])),
});
export type AutoencoderSpec = z.infer<typeof autoencoderSchema>;
export type AutoencoderKind = AutoencoderSpec['kind'];

const known = new Map<string, AutoencoderKindOf<string, z.ZodType>>(autoencoders.map((one) => [one.kind, one]));

/** Whether a model turns an item into a vector; the others turn it into codes. */
export const hasVector = (kind: string): boolean => known.get(kind)?.latent === 'vector';

/** Whether a model takes a medium's items. */
export const takesMedium = (kind: string, medium: string): boolean =>
  known.get(kind)?.media?.some((one) => one === medium) ?? true;

/** Whether a model's loss holds its vectors to N(0, I), so that any drawn from there decodes to something. */
export const hasNormalPrior = (kind: string): boolean => known.get(kind)?.hasNormalPrior ?? false;
