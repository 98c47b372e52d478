import { z } from 'zod';
import { type AutoencoderSpec, autoencoderSchema, autoencoders } from './autoencoders';
import { described, type Localized } from './field';
import { type PriorSpec, priors, priorSchemas } from './priors';

/** How every kind of model is called, and a sentence that sets it apart from the others. */
const words = new Map<string, { name: Localized; help: Localized }>(
  [...autoencoders, ...priors].map(({ kind, name, help }) => [kind, { name, help }]),
);

/** How a kind of model is called; undefined for what is none. */
export const modelWords = (kind: string): { name: Localized; help: Localized } | undefined => words.get(kind);

/** What a run trains: an autoencoder on pictures, or a prior on the codes of one. */
export const modelSchema = described(z.discriminatedUnion('kind', [...autoencoderSchema.options, ...priorSchemas]), {
  label: { en: 'Model', 'zh-CN': '模型' },
  help: {
    en: 'Which kind of autoencoder or prior; the manual has a page for each.',
    'zh-CN': '哪一种自编码器或先验；手册中每种都有一页。',
  },
  values: Object.fromEntries([...words].map(([kind, { name }]) => [kind, name])),
});
export type ModelSpec = AutoencoderSpec | PriorSpec;
export type ModelKind = ModelSpec['kind'];

const priorKinds: ReadonlySet<string> = new Set(priors.map(({ kind }) => kind));

export const isPrior = (model: ModelSpec): model is PriorSpec => priorKinds.has(model.kind);
export const isAutoencoder = (model: ModelSpec): model is AutoencoderSpec => !isPrior(model);

const fitted: ReadonlySet<ModelKind> = new Set<ModelKind>(['pca', 'gaussian', 'mixture']);
/**
 * Whether steps of gradient descent train it; the others are fitted to the data at once, and have no learning rate to
 * lower.
 */
export const learnsByGradient = (model: ModelSpec): boolean => !fitted.has(model.kind);
