/**
 * Priors: distributions over the codes of an autoencoder. A file a network (`gpt` reads like its paper); `autoregressive` makes a
 * prior of any network that goes token by token, `masked` of one that fills masked tokens in; `sequence` says which token stands for
 * which code, `sampler` and `masked-sampler` draw.
 */
import type { CodesLatent, PriorKind, PriorSpec } from '@shared/specs';
import type { Program } from '../tensorflow/graph';
import { type AutoregressiveOptions, autoregressive } from './autoregressive';
import { gatedPixelcnn } from './gated-pixelcnn';
import { gpt } from './gpt';
import type { GridNetwork, GridOptions } from './grid';
import { levels } from './levels';
import { lstm } from './lstm';
import { masked } from './masked';
import { maskgit } from './maskgit';
import type { SequenceNetwork } from './network';
import { pixelcnn } from './pixelcnn';
import { pixelsnail } from './pixelsnail';
import type { Prior } from './prior';
import { type TokenSequence, tokenSequence } from './sequence';

export type { CodeStepper } from './code-stepper';
export { type GatedPixelcnnOptions, gatedPixelcnn } from './gated-pixelcnn';
export { type GptOptions, gpt } from './gpt';
export type { GridNetwork, GridOptions } from './grid';
export { type LevelsOptions, levels } from './levels';
export { type LstmOptions, lstm } from './lstm';
export { type MaskgitOptions, maskgit } from './maskgit';
export type { MaskedNetwork } from './masked-network';
export type { NextLogits, SequenceNetwork } from './network';
export { type PixelcnnOptions, pixelcnn } from './pixelcnn';
export { type PixelsnailOptions, pixelsnail } from './pixelsnail';
export type { CodeSampler, Prior, PriorLoss } from './prior';
export { type SampleOptions, type Sampler, createSampler } from './sampler';

interface PriorOptions {
  latent: CodesLatent;
  /** The dataset's; 0 if it has none. */
  classes: number;
  /** The run's: what is random in training derives from it. */
  seed: number;
}

/** Where the prior's variables live in its program. */
const NAME = 'prior';

type Create<Spec> = (program: Program, spec: Spec, options: PriorOptions) => Prior;

const priors: { [Kind in PriorKind]: Create<Extract<PriorSpec, { kind: Kind }>> } = {
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

/** Adds the prior's variables to the program and returns the prior. */
export function createPrior(program: Program, spec: PriorSpec, options: PriorOptions): Prior {
  const create = priors[spec.kind] as Create<PriorSpec>;
  return create(program, spec, options);
}

function inSequence(
  program: Program,
  { condition, dropCondition }: PriorSpec,
  { latent, classes: all, seed }: PriorOptions,
  sequence: TokenSequence,
  create: (size: { vocabulary: number; length: number; classes: number; seed: number }) => SequenceNetwork,
): Prior {
  const classes = condition === 'class' ? all : 0;
  const { vocabulary, length } = sequence;
  const network = create({ vocabulary, length, classes, seed });
  const options: AutoregressiveOptions = { latent, sequence, classes, dropCondition, seed };
  return autoregressive(program, NAME, network, options);
}

type GridSpec = Extract<PriorSpec, { aboveBlocks: number }>;

/** A network over each level's grid. */
function inLevels(
  program: Program,
  spec: GridSpec,
  options: PriorOptions,
  create: (name: string, size: GridOptions) => GridNetwork,
): Prior {
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
