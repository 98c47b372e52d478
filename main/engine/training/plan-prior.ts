import type { RunPlan } from '@shared/contract';
import { AppError } from '@shared/errors';
import {
  type CodePriorSpec,
  type Signal,
  LONGEST_RECURRENT,
  type LatentShape,
  type PriorSpec,
  type RunSpec,
  type VectorPriorSpec,
  isPrior,
  isVectorPrior,
  latentBits,
  latentSize,
  valuesOf,
} from '@shared/specs';
import { createCodePrior, createVectorPrior } from '../priors';
import { type Program, type Variable, createProgram } from '../tensorflow/graph';
import { mismatch } from './prior-ground';

/** What a prior is planned over: its autoencoder's signal and latent, and the dataset's classes. */
export interface PlannedGround {
  signal: Signal;
  latent: LatentShape | null;
  classes: number;
}

/**
 * What a prior costs. Parameters are exact; memory is an estimate of the trainer's resident size: weights, gradients,
 * moments and copies of each, and what is kept of each item for the backward pass.
 * @throws BAD_REQUEST for a prior over what the autoencoder doesn't have, or over more codes than it can learn
 */
export function planPrior(spec: RunSpec, { signal, latent, classes }: PlannedGround): RunPlan {
  const { model, training } = spec;
  if (!isPrior(model) || !latent) throw new AppError('INTERNAL', 'What was planned is no prior, or is over nothing.');
  const program = createProgram({ seed: training.seed });
  try {
    const { weights, numbersPerItem } = planned(program, model, { latent, classes, seed: training.seed });
    const parameters = weights
      .map(({ shape }) => shape.reduce((product, side) => product * side, 1))
      .reduce((a, b) => a + b, 0);
    const bitsPerItem = latentBits(latent);
    return {
      parameters,
      memoryBytes: Math.round(BASE + 24 * parameters + 4 * training.batch * numbersPerItem),
      latent,
      bitsPerItem,
      compression: (valuesOf(signal) * 8) / bitsPerItem,
    };
  } finally {
    program.dispose();
  }
}

interface Planned {
  weights: readonly Variable[];
  numbersPerItem: number;
}

function planned(
  program: Program,
  model: PriorSpec,
  { latent, classes, seed }: { latent: LatentShape; classes: number; seed: number },
): Planned {
  const length = latentSize(latent);
  if (isVectorPrior(model)) {
    if (latent.kind !== 'vector') throw mismatch(model, 'autoencoder.run');
    const { weights } = createVectorPrior(program, model, { latent, seed });
    return { weights, numbersPerItem: numbersPerVector(model, length) };
  }
  if (latent.kind !== 'codes') throw mismatch(model, 'autoencoder.run');
  requireLength(model, length);
  const { weights } = createCodePrior(program, model, { latent, classes, seed });
  return { weights, numbersPerItem: length * numbersPerToken(model, length) };
}

/** @throws BAD_REQUEST for more codes than a recurrent network can go back through */
function requireLength({ kind }: CodePriorSpec, length: number): void {
  if (kind !== 'lstm' || length <= LONGEST_RECURRENT) return;
  throw new AppError(
    'BAD_REQUEST',
    `An item has ${length} codes; a recurrent network goes through at most ${LONGEST_RECURRENT} one by one.`,
    'Choose another kind of prior, or an autoencoder with fewer codes.',
    { field: 'model.kind' },
  );
}

/** Bytes. TensorFlow, Node and an autoencoder to show samples with, before there is a prior. */
const BASE = 560e6;

/**
 * Numbers that the network keeps of a token. Of a transformer's block about 34 a component, and attention's scores; of
 * a recurrent layer its gates, before and after, with what they are made of; of masked convolutions what goes into
 * each, and gates in parts.
 */
function numbersPerToken(model: CodePriorSpec, length: number): number {
  if (model.kind === 'lstm') return model.layers * 24 * model.dimension;
  if (model.kind === 'pixelcnn') return model.blocks * 24 * model.channels + 4 * model.head;
  if (model.kind === 'gated-pixelcnn') return model.layers * 40 * model.channels + 4 * model.head;
  if (model.kind === 'pixelsnail') {
    const { blocks, residuals, channels, residualChannels, heads, attention } = model;
    const looking = attention === 'none' ? 4 * channels : 60 * channels + 5 * heads * length;
    return blocks * (residuals * (16 * channels + 8 * residualChannels) + looking);
  }
  return model.layers * (34 * model.dimension + 5 * model.heads * length);
}

/**
 * Numbers that are kept of a vector: of each Gaussian how far off its mean it is; of a network its layers and its
 * mixtures.
 */
function numbersPerVector(model: VectorPriorSpec, length: number): number {
  if (model.kind === 'gaussian') return 3 * length;
  if (model.kind === 'mixture') return 3 * model.components * length;
  return 4 * model.layers * model.width + 24 * model.components * length;
}
