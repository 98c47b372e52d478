/**
 * Autoencoders: models that turn pictures into latents and back. `autoencoder` is the interface, a model a file;
 * `pixels` is the border to bytes. A new model is a file here, its schema in shared/specs and its line below.
 */
import type { AutoencoderSpec, ImageShape } from '@shared/specs';
import type { Program } from '../tensorflow/graph';
import type { GridAutoencoder } from './autoencoder';
import { vqVae } from './vq-vae';

export {
  type Autoencoder,
  type AutoencoderLoss,
  type GridAutoencoder,
  type GridLatent,
  type LatentKind,
  type LatentShape,
} from './autoencoder';
export { fromPixels, toPixels } from './pixels';

const models = {
  'vq-vae': vqVae,
} as const;

/**
 * Adds the model's variables to the program and returns the model.
 * @param trainVariance of the training pixels in [0, 1]: what NMSE divides by
 * @param seed the run's: what is random in a training step derives from it
 */
export function createAutoencoder(
  spec: AutoencoderSpec,
  image: ImageShape,
  trainVariance: number,
  program: Program,
  seed: number,
): GridAutoencoder {
  return models[spec.kind](spec, image, trainVariance, program, seed);
}
