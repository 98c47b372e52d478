import type { Signal } from '../../../shared/specs';
import { autoencoderSchema } from '../../../shared/specs';
import { tinyCompositions, tinyModels, tinyPriors, tinyQuantizers } from '../../support/tiny-models';
import { firstWithQuantizer, modelWith, models, tinyQuantizer } from '../../unit/engine/training/combination';

/** A model to export, and what it is called in the golden file. */
export interface ExportCase {
  name: string;
  model: object;
  signal: Signal;
}

const small: Signal = { kind: 'picture', height: 16, width: 16, channels: 1 };
/** In colour, of sides that no halving divides. */
const odd: Signal = { kind: 'picture', height: 13, width: 18, channels: 3 };

const convolutional = { kind: 'convolutional', hidden: 8, residualLayers: 1, residualHidden: 4 };
const vector = { kind: 'vector', codes: 12, dimension: 4 };

/** What the tiny configurations leave out: other networks, sides and outputs. */
const variants: Readonly<Record<string, object>> = {
  'vq-vae, three halvings': { kind: 'vq-vae', ...tinyModels['vq-vae'], downsamplings: 3, quantizer: vector },
  'vq-vae, symmetric scalars': {
    kind: 'vq-vae',
    ...tinyModels['vq-vae'],
    quantizer: { kind: 'fsq', levels: [4, 3, 2], symmetric: true },
  },
  'vq-vae, spherical lookup-free': {
    kind: 'vq-vae',
    ...tinyModels['vq-vae'],
    quantizer: { kind: 'lfq', bits: 5, spherical: true },
  },
  'vq-vae, factorised without norm': {
    kind: 'vq-vae',
    ...tinyModels['vq-vae'],
    quantizer: { kind: 'factorised', codes: 12, dimension: 4, codeDimension: 2, normalised: false },
  },
  'vq-vae-2, three levels': {
    kind: 'vq-vae-2',
    ...tinyModels['vq-vae-2'],
    levels: 3,
    downsamplings: 2,
    top: tinyQuantizer('residual'),
    quantizer: tinyQuantizer('fsq'),
  },
  'vqgan with attention': {
    kind: 'vqgan',
    ...tinyModels.vqgan,
    multiples: [1, 2, 2],
    blocks: 2,
    attention: 10,
    quantizer: vector,
  },
  'vit-vqgan without a scale': {
    kind: 'vit-vqgan',
    ...tinyModels['vit-vqgan'],
    patch: 5,
    logitLaplace: 0,
    quantizer: vector,
  },
  'vit-vqgan without projections': {
    kind: 'vit-vqgan',
    ...tinyModels['vit-vqgan'],
    quantizer: { ...vector, dimension: 8 },
  },
  'dvae, three groups': { kind: 'dvae', ...tinyModels.dvae, groups: 3, blocks: 2 },
  'ae, convolutional': { kind: 'ae', latent: 3, network: convolutional },
  'vae, convolutional, binary': { kind: 'vae', latent: 3, network: convolutional, likelihood: { kind: 'bernoulli' } },
  'discrete-vae, one variable': {
    kind: 'discrete-vae',
    variables: 1,
    codes: 6,
    network: convolutional,
    likelihood: { kind: 'bernoulli' },
  },
};

/** Every model of the registry with every quantizer that goes with it, all compositions of quantizers, and the variants. */
export const exportCases: readonly ExportCase[] = [
  ...models.flatMap(({ kind, quantizers }): ExportCase[] => {
    if (quantizers.length === 0) return [{ name: kind, model: modelWith(kind), signal: small }];
    return Object.keys(tinyQuantizers).map((quantizer) => ({
      name: `${kind}, ${quantizer}`,
      model: modelWith(kind, tinyQuantizer(quantizer)),
      signal: small,
    }));
  }),
  ...Object.entries(tinyCompositions).map(([name, quantizer]) => ({
    name,
    model: modelWith(firstWithQuantizer, quantizer),
    signal: small,
  })),
  ...Object.entries(variants).map(([name, model]) => ({ name, model, signal: odd })),
].filter(({ model }) => autoencoderSchema.safeParse(model).success);

/** A prior to export, over the codes of an autoencoder. */
export interface PriorCase extends ExportCase {
  autoencoder: object;
}

const stages = modelWith('vq-vae', tinyQuantizer('residual'));
const twoLevels = { kind: 'vq-vae-2', ...tinyModels['vq-vae-2'], top: { ...vector, codes: 8 }, quantizer: vector };
/** Whose codes a prior is over, where that isn't one grid; between them they have every shape of latent. */
const grounds: Readonly<Record<string, object>> = { gpt: stages, maskgit: twoLevels, pixelcnn: twoLevels };

/** Every prior over codes of the registry, one of them told nothing. */
export const priorCases: readonly PriorCase[] = Object.entries(tinyPriors).map(([kind, shape]) => ({
  name: kind,
  model: { kind, condition: kind === 'pixelcnn' ? 'none' : 'class', ...shape },
  autoencoder: grounds[kind] ?? modelWith('vq-vae', vector),
  // every level is a grid of few codes
  signal: grounds[kind] === twoLevels ? { kind: 'picture', height: 8, width: 8, channels: 1 } : small,
}));

/** A case's name as a folder's. */
export const folderOf = ({ name }: ExportCase): string => name.toLowerCase().replace(/[^a-z0-9-]+/g, '_');
