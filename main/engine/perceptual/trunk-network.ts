import type { Tensor } from '../tensorflow/native/load';

/** A network as a trunk needs it. */
export interface TrunkNetwork {
  /** Where features can be taken: how many pixels of the picture lie between two places. */
  readonly strides: readonly number[];
  /** Names of its weights, as they are kept on disk. */
  readonly weights: readonly string[];
  /** [N, H, W, 3] in [−0.5, 0.5] → the features at the wanted strides, from the picture on. */
  features(images: Tensor, strides: readonly number[], weight: (name: string) => Tensor): Tensor[];
}
