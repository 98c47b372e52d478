/**
 * Priors: distributions over the latents of an autoencoder. Over codes: a file a network (`gpt` reads like its paper); `autoregressive` makes a
 * prior of any network that goes token by token, `masked` of one that fills masked tokens in; `sequence` says which token stands for
 * which code, `sampler` and `masked-sampler` draw. Over vectors (`vector-prior`): `gaussian-mixture`, fitted at once, and `made`.
 */
import type { CodePriorSpec, CodesLatent, VectorLatent, VectorPriorSpec } from '@shared/specs';
import { AppError } from '@shared/errors';
import { fitGaussian, fitGaussianMixture, regularisationFor } from '../density';
import type { Program } from '../tensorflow/graph';
import { type AutoregressiveOptions, autoregressive } from './autoregressive';
import { gatedPixelcnn } from './gated-pixelcnn';
import { gaussianMixture } from './gaussian-mixture';
import { gpt } from './gpt';
import type { GridNetwork, GridOptions } from './grid';
import { levels } from './levels';
import { lstm } from './lstm';
import { made } from './made';
import { masked } from './masked';
import { maskgit } from './maskgit';
import type { SequenceNetwork } from './network';
import { pixelcnn } from './pixelcnn';
import { pixelsnail } from './pixelsnail';
import type { CodePrior } from './prior';
import { type TokenSequence, tokenSequence } from './sequence';
import { thinnedOut } from './thinned-out';
import type { VectorPrior } from './vector-prior';

export type { Candidates, DrawnHow, FindCandidates } from './candidates';
export type { CodeStepper } from './code-stepper';
export { type GatedPixelcnnOptions, gatedPixelcnn } from './gated-pixelcnn';
export { type GptOptions, gpt } from './gpt';
export type { GridNetwork, GridOptions } from './grid';
export { type LevelsOptions, levels } from './levels';
export { type LstmOptions, lstm } from './lstm';
export { type MadeOptions, made } from './made';
export { type MaskgitOptions, maskgit } from './maskgit';
export type { MaskedNetwork } from './masked-network';
export type { NextLogits, SequenceNetwork } from './network';
export { type PixelcnnOptions, pixelcnn } from './pixelcnn';
export { type PixelsnailOptions, pixelsnail } from './pixelsnail';
export type { CodePrior, CodeSampler, Drawn, Prior } from './prior';
export type { PriorLoss } from './prior-loss';
export { type SampleOptions, type Sampler, createSampler } from './sampler';
export type { PriorSignature, PriorSignatures } from './signatures';
export { toTheEnd } from './to-the-end';
export type { Noise, VectorPrior, VectorSampler } from './vector-prior';

interface CodePriorOptions {
  latent: CodesLatent;
  /** The dataset's; 0 if it has none. */
  classes: number;
  /** The run's: what is random in training derives from it. */
  seed: number;
}

/** Where the prior's variables live in its program. */
const NAME = 'prior';

type Create<Spec, Options, Prior> = (program: Program, spec: Spec, options: Options) => Prior;
type Registry<Spec extends { kind: string }, Options, Prior> = {
  [Kind in Spec['kind']]: Create<Extract<Spec, { kind: Kind }>, Options, Prior>;
};

const overCodes: Registry<CodePriorSpec, CodePriorOptions, CodePrior> = {
  gpt(program, spec, options) {
    const { kind: _kind, order, condition: _condition, dropCondition: _drop, ...shape } = spec;
    return inSequence(program, spec, options, tokenSequence(options.latent, order), (size) =>
      gpt(program, NAME, { ...shape, ...size }),
    );
  },
  lstm(program, spec, options) {
    const { cell, layers, dimension, dropout } = spec;
    return inSequence(program, spec, options, tokenSequence(options.latent, spec.order), (size) =>
      lstm(program, NAME, { cell, layers, dimension, dropout, ...size }),
    );
  },
  maskgit(program, spec, { latent, classes: all, seed }) {
    const { schedule, leastMasked, smoothing, dropCondition, layers, dimension, heads, dropout } = spec;
    const classes = spec.condition === 'class' ? all : 0;
    const sequence = tokenSequence(latent, 'raster');
    const { vocabulary, length } = sequence;
    const shape = { vocabulary, length, classes, layers, dimension, heads, dropout, seed };
    const how = { latent, sequence, classes, dropCondition, schedule, leastMasked, smoothing, seed };
    return masked(program, NAME, maskgit(program, NAME, shape), how);
  },
  pixelcnn: (program, spec, options) =>
    inLevels(program, spec, options, (name, size) => pixelcnn(program, name, { ...shapeOf(spec), ...size })),
  'gated-pixelcnn': (program, spec, options) =>
    inLevels(program, spec, options, (name, size) => gatedPixelcnn(program, name, { ...shapeOf(spec), ...size })),
  pixelsnail: (program, spec, options) =>
    inLevels(program, spec, options, (name, size) => {
      const { attention: where, ...shape } = shapeOf(spec);
      const attention = where === 'every' || (where === 'coarsest' && size.above === 0);
      return pixelsnail(program, name, { ...shape, attention, ...size });
    }),
};

interface VectorPriorOptions {
  latent: VectorLatent;
  /** The run's: what is random in training derives from it. */
  seed: number;
}

const overVectors: Registry<VectorPriorSpec, VectorPriorOptions, VectorPrior> = {
  gaussian: (program, { covariance }, { latent }) =>
    gaussianMixture(program, NAME, {
      latent,
      components: 1,
      covariance,
      fit: (vectors, options) => fitGaussian(vectors, { covariance, ...measuresOf(vectors, latent), ...options }),
    }),
  mixture: (program, { components, covariance, rounds }, { latent, seed }) =>
    gaussianMixture(program, NAME, {
      latent,
      components,
      covariance,
      async fit(all, options) {
        const vectors = thinnedOut(all, latent.length);
        const how = { components, covariance, iterations: rounds, seed, ...measuresOf(vectors, latent), ...options };
        return (await fitGaussianMixture(vectors, how)).mixture;
      },
    }),
  made(program, { layers, width, components, dropout }, { latent, seed }) {
    return made(program, NAME, { latent, layers, width, components, dropout, seed });
  },
};

const measuresOf = (vectors: Float32Array, { length: dimension }: VectorLatent) => ({
  dimension,
  regularisation: regularisationFor(vectors, dimension),
});

/**
 * Adds the variables of a prior over codes to the program and returns it.
 * @throws BAD_REQUEST naming the field that needs grids of two axes where the codes have another number
 */
export function createCodePrior(program: Program, spec: CodePriorSpec, options: CodePriorOptions): CodePrior {
  if (options.latent.levels.some(({ axes }) => axes.length !== 2)) requireAnyAxes(spec);
  const create = overCodes[spec.kind] as Create<CodePriorSpec, CodePriorOptions, CodePrior>;
  return create(program, spec, options);
}

/** Adds the variables of a prior over vectors to the program and returns it. */
export function createVectorPrior(program: Program, spec: VectorPriorSpec, options: VectorPriorOptions): VectorPrior {
  const create = overVectors[spec.kind] as Create<VectorPriorSpec, VectorPriorOptions, VectorPrior>;
  return create(program, spec, options);
}

/** @throws BAD_REQUEST for a prior, or an order of its own, that is defined over rows and columns alone */
function requireAnyAxes(spec: CodePriorSpec): void {
  const refuse = (what: string, hint: string, field: string): AppError =>
    new AppError('BAD_REQUEST', `${what} needs codes in rows and columns, which this autoencoder’s aren’t.`, hint, {
      field,
    });
  if ('aboveBlocks' in spec) throw refuse(`A ${spec.kind}`, 'Choose gpt, maskgit or lstm.', 'model.kind');
  if ('order' in spec && spec.order !== 'raster')
    throw refuse(`The order ${spec.order}`, 'Choose the order raster.', 'model.order');
}

function inSequence(
  program: Program,
  { condition, dropCondition }: CodePriorSpec,
  { latent, classes: all, seed }: CodePriorOptions,
  sequence: TokenSequence,
  create: (size: { vocabulary: number; length: number; classes: number; seed: number }) => SequenceNetwork,
): CodePrior {
  const classes = condition === 'class' ? all : 0;
  const { vocabulary, length } = sequence;
  const network = create({ vocabulary, length, classes, seed });
  const options: AutoregressiveOptions = { latent, sequence, classes, dropCondition, seed };
  return autoregressive(program, NAME, network, options);
}

type GridSpec = Extract<CodePriorSpec, { aboveBlocks: number }>;

/** A network over each level's grid. */
function inLevels(
  program: Program,
  spec: GridSpec,
  options: CodePriorOptions,
  create: (name: string, size: GridOptions) => GridNetwork,
): CodePrior {
  const { above, aboveBlocks } = spec;
  return inSequence(program, spec, options, tokenSequence(options.latent, 'raster'), ({ classes, seed }) =>
    levels(program, NAME, { latent: options.latent, classes, above, aboveBlocks, seed }, create),
  );
}

/** What of a specification a network over a grid is made of. */
function shapeOf<Spec extends GridSpec>(spec: Spec) {
  const {
    kind: _kind,
    condition: _condition,
    dropCondition: _drop,
    above: _above,
    aboveBlocks: _blocks,
    ...shape
  } = spec;
  return shape;
}
