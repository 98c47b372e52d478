/**
 * The smallest sensible configuration of everything that can be registered: what tests over whole registries train. A
 * new model or quantizer gets an entry here.
 */

/** A small model of each kind of autoencoder, for pictures of 16 × 16; where it has quantizers, without them. */
export const tinyModels: Readonly<Record<string, object>> = {
  'vq-vae': { hidden: 8, residualLayers: 1, residualHidden: 4 },
  pca: { latent: 4 },
  ae: { latent: 4, network: { kind: 'dense', layers: 1, width: 16 } },
  vae: { latent: 4, network: { kind: 'dense', layers: 1, width: 16 }, likelihoodSamples: 4 },
  iwae: { latent: 4, network: { kind: 'dense', layers: 1, width: 16 }, samples: 2, likelihoodSamples: 4 },
  vqgan: {
    channels: 4,
    multiples: [1, 2],
    blocks: 1,
    attention: 0,
    groups: 2,
    latentChannels: 4,
    perceptual: { weight: 0 },
    adversarial: { start: 5, layers: 1, channels: 4 },
  },
  'vq-vae-2': { hidden: 8, residualLayers: 1, residualHidden: 4, downsamplings: 1 },
  dvae: { codes: 8, hidden: 4, groups: 2, blocks: 1, embedding: 4 },
  'discrete-vae': {
    variables: 3,
    codes: 4,
    network: { kind: 'dense', layers: 1, width: 16 },
    likelihood: { kind: 'gaussian' },
    likelihoodSamples: 4,
  },
  'vit-vqgan': {
    patch: 4,
    encoder: { width: 8, layers: 1, heads: 2 },
    decoder: { width: 8, layers: 1, heads: 2 },
    perceptual: { weight: 0 },
    adversarial: { start: 5, layers: 1, channels: 4 },
  },
};

/** A small quantizer of each kind. */
export const tinyQuantizers: Readonly<Record<string, object>> = {
  vector: { codes: 12, dimension: 4, reviveAfter: 3 },
  cosine: { codes: 12, dimension: 4, initialisation: 'k-means' },
  factorised: { codes: 12, dimension: 4, codeDimension: 2, update: 'gradient' },
  simvq: { codes: 12, dimension: 4 },
  gumbel: { codes: 12, dimension: 4 },
  fsq: { levels: [4, 3, 3] },
  lfq: { bits: 4 },
  residual: { stages: 2, dropout: true, quantizer: { kind: 'vector', codes: 8, dimension: 4, reviveAfter: 3 } },
  grouped: { groups: 2, quantizer: { kind: 'vector', codes: 8, dimension: 2 } },
};

const vector = { kind: 'vector', codes: 8, dimension: 4 };
const ofScalars = { kind: 'fsq', levels: [3, 2] };

/** More of the quantizers that are made of others: every other one within them, and every way to make them. */
export const tinyCompositions: Readonly<Record<string, object>> = {
  'residual, one codebook begun by k-means, dropout': {
    kind: 'residual',
    stages: 3,
    shared: true,
    dropout: true,
    quantizer: { ...vector, initialisation: 'k-means', reviveAfter: 3 },
  },
  'residual, codebooks begun by k-means, rotated': {
    kind: 'residual',
    stages: 2,
    quantizer: { ...vector, initialisation: 'k-means', rotation: true },
  },
  'residual, learnt by gradient, revived, dropout': {
    kind: 'residual',
    stages: 2,
    dropout: true,
    quantizer: { ...vector, update: 'gradient', reviveAfter: 3 },
  },
  'residual, factorised': {
    kind: 'residual',
    stages: 2,
    dropout: true,
    quantizer: { kind: 'factorised', codes: 8, dimension: 4, codeDimension: 2 },
  },
  'residual, one factorised codebook': {
    kind: 'residual',
    stages: 2,
    shared: true,
    quantizer: { kind: 'factorised', codes: 8, dimension: 4, codeDimension: 2, update: 'gradient' },
  },
  'residual, SimVQ': { kind: 'residual', stages: 2, quantizer: { kind: 'simvq', codes: 8, dimension: 4 } },
  'residual, finite scalars': { kind: 'residual', stages: 2, quantizer: ofScalars },
  'residual, lookup-free': { kind: 'residual', stages: 2, dropout: true, quantizer: { kind: 'lfq', bits: 3 } },
  'heads with one codebook begun by k-means': {
    kind: 'grouped',
    groups: 3,
    shared: true,
    quantizer: { ...vector, dimension: 2, initialisation: 'k-means' },
  },
  'groups begun by k-means, unit codes': {
    kind: 'grouped',
    quantizer: { kind: 'cosine', codes: 8, dimension: 2, initialisation: 'k-means' },
  },
  'groups, factorised': {
    kind: 'grouped',
    quantizer: { kind: 'factorised', codes: 8, dimension: 4, codeDimension: 2 },
  },
  'groups, SimVQ': { kind: 'grouped', quantizer: { kind: 'simvq', codes: 8, dimension: 2 } },
  'groups, Gumbel-softmax': { kind: 'grouped', quantizer: { kind: 'gumbel', codes: 8, dimension: 2 } },
  'groups, finite scalars': { kind: 'grouped', quantizer: { kind: 'fsq', levels: [4, 3] } },
  'groups, spherical lookup-free': { kind: 'grouped', quantizer: { kind: 'lfq', bits: 3, spherical: true } },
  'groups of residual ones': {
    kind: 'grouped',
    quantizer: { kind: 'residual', stages: 2, dropout: true, quantizer: { ...vector, dimension: 2 } },
  },
  'heads of residual ones': {
    kind: 'grouped',
    shared: true,
    quantizer: { kind: 'residual', stages: 2, shared: true, quantizer: { ...vector, dimension: 2 } },
  },
};

/** A small prior over vectors of each kind. */
export const tinyVectorPriors: Readonly<Record<string, object>> = {
  gaussian: { covariance: 'full' },
  mixture: { components: 2, covariance: 'diagonal', rounds: 20 },
  made: { layers: 2, width: 16, components: 3, dropout: 0.1 },
};

/** A small prior over codes of each kind. */
export const tinyPriors: Readonly<Record<string, object>> = {
  gpt: { layers: 2, dimension: 16, heads: 2, keep: 0.9, order: 'spiral' },
  maskgit: { layers: 2, dimension: 16, heads: 2, leastMasked: 0.1 },
  lstm: { cell: 'gru', layers: 2, dimension: 16, order: 'z-curve' },
  pixelcnn: { blocks: 2, channels: 8, head: 16, above: 4, aboveBlocks: 1 },
  'gated-pixelcnn': { layers: 3, channels: 8, head: 16, firstKernel: 5, above: 4, aboveBlocks: 1 },
  pixelsnail: {
    blocks: 2,
    residuals: 1,
    channels: 16,
    residualChannels: 8,
    heads: 2,
    attention: 'coarsest',
    outBlocks: 1,
    above: 4,
    aboveBlocks: 1,
  },
};
