import { AppError } from '@shared/errors';
import type { AdversarialSpec, Signal, PerceptualSpec } from '@shared/specs';
import type { VariableUpdate } from '../tensorflow/graph';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { createAdversary } from './adversary';
import type { AutoencoderLoss } from './autoencoder';
import { perceptualTerm } from './perceptual-term';

/** What a model knows of a batch before its reconstruction is judged. Pictures are [N, H, W, C] in [−0.5, 0.5]. */
interface Reconstructed {
  images: Tensor;
  reconstruction: Tensor;
  /** Weighted terms that compare pixels, `reconstruction` among them. */
  pixels: Readonly<Record<string, Tensor>>;
  /** The quantizer's weighted terms. */
  terms: Readonly<Record<string, Tensor>>;
  perplexity: Tensor;
  updates: readonly VariableUpdate[];
}

/** Completes the loss of a batch. On a tape. */
export type CompleteLoss = (batch: Reconstructed) => AutoencoderLoss;

/**
 * What VQGAN and ViT-VQGAN add to comparing pixels: the term `perceptual` and, of a discriminator in training, the term
 * `adversarial`. `total` holds the discriminator's own loss as well, which is no term of the autoencoder's.
 *
 * Call outside of the program's functions, when the model's own variables are there.
 * @param lastLayer the decoder's last kernel, for the adaptive weight
 */
export function perceptualAdversarialLoss(
  program: Program,
  spec: { perceptual: PerceptualSpec; adversarial: AdversarialSpec },
  signal: Signal,
  lastLayer: string,
): CompleteLoss {
  const last = program.variables.find(({ name }) => name === lastLayer);
  if (!last) throw new AppError('INTERNAL', `The decoder has no "${lastLayer}".`);
  const perceptual = perceptualTerm(program, spec.perceptual);
  const adversary = createAdversary(program, spec.adversarial, signal, last);

  return ({ images, reconstruction, pixels, terms, perplexity, updates }) => {
    const compared = { ...pixels, ...perceptual?.(reconstruction, images) };
    const judgement = adversary?.({
      images: ops.mul(images, 2),
      reconstruction: ops.mul(reconstruction, 2),
      reconstructionLoss: sum(Object.values(compared)),
    });
    const all = { ...compared, ...(judgement && { adversarial: judgement.adversarial }), ...terms };
    return {
      total: sum([...Object.values(all), ...(judgement ? [judgement.discriminator] : [])]),
      terms: all,
      reconstruction,
      metrics: { perplexity, ...judgement?.metrics },
      updates: [...updates, ...(judgement?.updates ?? [])],
      frozen: judgement?.frozen ?? [],
    };
  };
}

function sum(scalars: readonly Tensor[]): Tensor {
  return scalars.reduce((total, each) => ops.add(total, each));
}
