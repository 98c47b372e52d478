/** Every autoencoder that Tessera trains: a kind per file, listed in `schema`. */
export { aeSchema, type AeSpec } from './ae';
export { type DiscreteVaeSpec, discreteVaeSchema } from './discrete-vae';
export { type DVaeSpec, dVaeSchema } from './dvae';
export { codesOfPicture } from './latent-of';
export { iwaeSchema, type IwaeSpec } from './iwae';
export type { LikelihoodSpec } from './likelihood';
export type { NetworkSpec } from './network';
export { pcaSchema, type PcaSpec } from './pca';
export { vaeSchema, type VaeSpec } from './vae';
export type { AdversarialSpec } from './adversarial';
export { type PerceptualSpec, type TrunkChoice, ownTrunkName } from './perceptual';
export { vitVqganSchema, type VitVqganSpec } from './vit-vqgan';
export { vqVaeSchema, type VqVaeSpec } from './vq-vae';
export { type VqVae2Spec, vqVae2Schema } from './vq-vae-2';
export { vqganSchema, type VqganSpec } from './vqgan';
export {
  type AutoencoderKind,
  type AutoencoderSpec,
  autoencoders,
  autoencoderSchema,
  hasNormalPrior,
  hasVector,
  takesMedium,
} from './schema';
