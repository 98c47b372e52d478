import type { ImageShape } from '@shared/specs';
import type { VariableUpdate } from '../quantizers';
import type { Variable } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';

/** A grid of codes: `height × width` indices in [0, codes), each standing for a vector of length `dimension`. */
export interface GridLatent {
  kind: 'grid';
  height: number;
  width: number;
  codes: number;
  dimension: number;
}

/** What a model's latent is: one vector, a grid of codes, or grids from coarse to fine. */
export type LatentShape =
  { kind: 'vector'; length: number } | GridLatent | { kind: 'hierarchy'; levels: readonly GridLatent[] };
export type LatentKind = LatentShape['kind'];

/** A batch of latents as tensors: [N, length], int32 [N, h, w], or one such grid a level. */
interface Latents {
  vector: Tensor;
  grid: Tensor;
  hierarchy: readonly Tensor[];
}

/** What a training step, or a look at a batch, finds. */
export interface AutoencoderLoss<Latent = Tensor> {
  /** The sum of `terms`: scalar, what is differentiated. */
  total: Tensor;
  /** Scalars, weighted. `reconstruction` is always among them. */
  terms: Readonly<Record<string, Tensor>>;
  /** [N, H, W, C], about [−0.5, 0.5]; not limited to it. */
  reconstruction: Tensor;
  indices: Latent;
  /** Mean squared error over the training split's variance: scalar. */
  nmse: Tensor;
  /** Of the codes used in the batch: scalar. */
  perplexity: Tensor;
  /** State that a training step changes besides the weights with a gradient. */
  updates: readonly VariableUpdate[];
}

export interface Autoencoder<Kind extends LatentKind = LatentKind> {
  readonly image: ImageShape;
  readonly latent: Extract<LatentShape, { kind: Kind }>;
  /** What `encode` and `decode` read: the weights of a checkpoint and of an export. */
  readonly weights: readonly Variable[];
  /** Images [N, H, W, C] float32 in [−0.5, 0.5] → latents. */
  encode(images: Tensor): Latents[Kind];
  /** Latents → images [N, H, W, C], about [−0.5, 0.5]. */
  decode(latents: Latents[Kind]): Tensor;
  /** The loss of a batch; `step` (int32 scalar, from 1) seeds what is random in it. */
  loss(images: Tensor, step: Tensor): AutoencoderLoss<Latents[Kind]>;
}

export interface GridAutoencoder extends Autoencoder<'grid'> {
  /** The codes' vectors, [K, D]. */
  codebook(): Tensor;
}
