import type { CodesLatent, Signal, StoredArray, VectorLatent } from '@shared/specs';
import type { VariableUpdate } from '../tensorflow/graph';
import type { Variable } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';

/**
 * A batch of latents as tensors, one per level: int32 [N, h, w] (of several codes per place [N, h, w, depth]); of a vector model
 * one, float32 [N, length].
 */
export type Latents = readonly Tensor[];

/** What a model is made for, beside its spec. */
export interface ModelContext {
  /** What it reads and writes. */
  readonly signal: Signal;
  /** Variance of the training values in [0, 1]; for losses that are divided by it by definition, as VQ-VAE's is. */
  readonly dataVariance: number;
  /** The run's: what is random in a training step derives from it. */
  readonly seed: number;
}

/** What a training step, or a look at a batch, finds. */
export interface AutoencoderLoss {
  /** Scalar: what is differentiated. The sum of `terms`, and of what trains an adversary. */
  total: Tensor;
  /** Scalars, weighted. `reconstruction` is always among them. */
  terms: Readonly<Record<string, Tensor>>;
  /** [N, H, W, C], about [−0.5, 0.5]; not limited to it. */
  reconstruction: Tensor;
  /**
   * Scalars that people watch beside the loss, by the name of their series; of models with codes always `perplexity`, of the
   * codes used in the batch. How far the reconstruction is from the original is the medium's to measure.
   */
  metrics: Readonly<Record<string, Tensor>>;
  /** State that a training step changes besides the weights with a gradient. */
  updates: readonly VariableUpdate[];
  /** Trained variables that this step leaves as they are: `total` doesn't depend on them in its phase (see `lossPart`). */
  frozen?: readonly Variable[];
}

/** Training items as `prepare` reads them: numbers from 0 to `count` − 1 → stored values [numbers, ...shape]. */
export interface TrainingItems {
  readonly count: number;
  read(numbers: ArrayLike<number>): StoredArray;
}

/**
 * Importance sampling of the likelihood: log p(x) ≈ log (1/K) Σ w with w = p(x, z) / q(z|x) and K draws of z from q(z|x), which
 * on average is a bound from below that tightens as K grows (Burda et al. 2016, theorem 1).
 */
export interface ImportanceSampling {
  /** K. */
  readonly samples: number;
  /**
   * log w of so many draws for each image: [draws, N], nats. What is random in the images themselves (binarisation) derives from
   * `batch`, the draws from `call`: int32 scalars, the number of the batch and of the call among all calls.
   */
  logWeights(images: Tensor, draws: number, at: { batch: Tensor; call: Tensor }): Tensor;
  /** Converts log p(x) [N], nats per item, into an upper bound in bits per value of an item: [N]. */
  bitsPerDimension(logLikelihood: Tensor): Tensor;
}

interface AnyAutoencoder {
  readonly signal: Signal;
  /** What `encode` and `decode` read: the weights of a checkpoint and of an export. */
  readonly weights: readonly Variable[];
  /** Images [N, H, W, C] float32 in [−0.5, 0.5] → latents. */
  encode(images: Tensor): Latents;
  /** Latents → images [N, H, W, C], about [−0.5, 0.5]. */
  decode(latents: Latents): Tensor;
  /**
   * Adds to the program what training alone needs (a discriminator, the perceptual trunk): before the first function that
   * computes the loss.
   * @throws SETUP_FAILED, BAD_REQUEST naming the field of the run's specification that can't be had
   */
  beginTraining?(): void;
  /** The loss of a batch; `step` (int32 scalar, from 1) seeds what is random in it. */
  loss(images: Tensor, step: Tensor): AutoencoderLoss;
  /**
   * What the model says of each picture beside its reconstruction's error, [N] by the name of the metric (`elbo`, `kl` …,
   * nats): evaluation tells the means. Draws what is random from the run's seed and `at`, int32 scalar, the batch's number.
   */
  measure?(images: Tensor, at: Tensor): Readonly<Record<string, Tensor>>;
  /** How thorough evaluations estimate log p(x): see `ImportanceSampling`. */
  readonly importance?: ImportanceSampling;
  /** Throws BAD_REQUEST, naming the field, where the model can't be fitted to `count` training items. */
  requireItems?(count: number): void;
  /**
   * Fits to the training items what isn't learnt step by step: before the first step of a run, never when one goes on.
   * May run functions of the program, and sets variables.
   */
  prepare?(items: TrainingItems): Promise<void>;
}

/** How pictures larger than the model's own are decoded. */
export interface LargerPictures {
  /** Sides in pixels of what a cell of the coarsest level covers. */
  readonly cell: number;
  /** Whether the decoder looks at surroundings alone, not at places in the grid: then `decode` takes larger grids as they are. */
  readonly isPlaceless: boolean;
}

/** A model whose latent is grids of codes. */
export interface CodeAutoencoder extends AnyAutoencoder {
  readonly latent: CodesLatent;
  /** Without it the decoder knows a single size: one that looks at all codes at once. */
  readonly larger?: LargerPictures;
  /** Codes → what the decoder reads of them, float32 a level: the codes' vectors [N, h, w, D]. */
  vectorsOf(latents: Latents): readonly Tensor[];
  /** Such vectors, or some between those of codes → images. `decode` is both in turn. */
  imagesOf(vectors: readonly Tensor[]): Tensor;
  /** The vectors of a level's and stage's codes, [K, D]. */
  codebook(level: number, stage: number): Tensor;
}

/** A model whose latent is one vector. */
export interface VectorAutoencoder extends AnyAutoencoder {
  readonly latent: VectorLatent;
  /**
   * Whether `encode` gives the mean of a distribution over latents. Evaluation then tells `active-units`: the components whose
   * mean varies from picture to picture.
   */
  readonly isPosteriorMean?: boolean;
}

export type Autoencoder = CodeAutoencoder | VectorAutoencoder;

export function hasCodes(model: Autoencoder): model is CodeAutoencoder {
  return model.latent.kind === 'codes';
}
