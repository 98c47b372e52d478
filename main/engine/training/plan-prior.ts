import type { RunPlan } from '@shared/contract';
import { AppError } from '@shared/errors';
import {
  type ImageShape,
  LONGEST_RECURRENT,
  type LatentShape,
  type PriorSpec,
  type RunSpec,
  isPrior,
  latentBits,
  latentSize,
} from '@shared/specs';
import { createPrior } from '../priors';
import { createProgram } from '../tensorflow/graph';

/** What a prior is planned over: its autoencoder's pictures and codes, and the dataset's classes. */
export interface PriorGround {
  image: ImageShape;
  latent: LatentShape | null;
  classes: number;
}

/** What a prior costs. Parameters are exact; memory is an estimate of the trainer's resident size: see below. */
export function planPrior(spec: RunSpec, { image, latent, classes }: PriorGround): RunPlan {
  const { model, training } = spec;
  if (!isPrior(model)) throw new AppError('INTERNAL', 'An autoencoder was planned as a prior.');
  if (latent?.kind !== 'codes') {
    throw new AppError('BAD_REQUEST', 'This prior is over codes; the autoencoder’s latent is a vector.', '', {
      field: 'autoencoder.run',
    });
  }
  requireLength(model, latentSize(latent));
  const program = createProgram({ seed: training.seed });
  try {
    const prior = createPrior(program, model, { latent, classes, seed: training.seed });
    const sizes = prior.weights.map(({ shape }) => shape.reduce((product, side) => product * side, 1));
    const parameters = sizes.reduce((a, b) => a + b, 0);
    const bitsPerItem = latentBits(latent);
    return {
      parameters,
      memoryBytes: memoryOf(model, training, parameters, latentSize(latent)),
      latent,
      bitsPerItem,
      compression: (image.height * image.width * image.channels * 8) / bitsPerItem,
    };
  } finally {
    program.dispose();
  }
}

/** @throws BAD_REQUEST for more codes than a recurrent network can go back through */
function requireLength({ kind }: PriorSpec, length: number): void {
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

/** Weights, gradients, moments and copies of each; and what is kept of each token for the backward pass. */
function memoryOf(model: PriorSpec, training: RunSpec['training'], parameters: number, length: number): number {
  const tokens = training.batch * length;
  return Math.round(BASE + 24 * parameters + 4 * tokens * numbersPerToken(model, length));
}

/**
 * Numbers that the network keeps of a token. Of a transformer's block about 34 a component, and attention's scores; of a recurrent
 * layer its gates, before and after, with what they are made of; of masked convolutions what goes into each, and gates in parts.
 */
function numbersPerToken(model: PriorSpec, length: number): number {
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
