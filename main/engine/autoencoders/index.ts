/**
 * Autoencoders: models that turn items into latents and back. `autoencoder` is the interface, a model a file;
 * `latents` is the border to numbers outside. A new model is a file here, its schema in shared/specs and its line below.
 */
import { AppError } from '@shared/errors';
import { type AutoencoderKind, type AutoencoderSpec, describeSignal, takesMedium } from '@shared/specs';
import type { Program } from '../tensorflow/graph';
import { ae } from './ae';
import type { Autoencoder, ModelContext } from './autoencoder';
import { discreteVae } from './discrete-vae';
import { dVae } from './dvae';
import { iwae } from './iwae';
import { pca } from './pca';
import { vae } from './vae';
import { vitVqgan } from './vit-vqgan';
import { vqVae } from './vq-vae';
import { vqVae2 } from './vq-vae-2';
import { vqgan } from './vqgan';

export {
  type Autoencoder,
  type AutoencoderLoss,
  type CodeAutoencoder,
  type ImportanceSampling,
  type LargerPictures,
  type ModelContext,
  type Latents,
  type TrainingItems,
  type VectorAutoencoder,
  hasCodes,
} from './autoencoder';
export { flatten, levelShape, only, unflatten } from './latents';

type Create<Spec> = (program: Program, spec: Spec, context: ModelContext) => Autoencoder;

const models: { [Kind in AutoencoderKind]: Create<Extract<AutoencoderSpec, { kind: Kind }>> } = {
  'vq-vae': vqVae,
  vqgan,
  'vit-vqgan': vitVqgan,
  pca,
  ae,
  vae,
  iwae,
  'vq-vae-2': vqVae2,
  dvae: dVae,
  'discrete-vae': discreteVae,
};

/**
 * Adds the model's variables to the program and returns the model.
 * @throws BAD_REQUEST for a model that doesn't take the signal's medium
 */
export function createAutoencoder(program: Program, spec: AutoencoderSpec, context: ModelContext): Autoencoder {
  const { signal } = context;
  if (!takesMedium(spec.kind, signal.kind))
    throw new AppError('BAD_REQUEST', `A ${spec.kind} can’t learn from items of ${describeSignal(signal).en}.`, '', {
      field: 'model.kind',
    });
  const create = models[spec.kind] as Create<AutoencoderSpec>;
  return create(program, spec, context);
}
