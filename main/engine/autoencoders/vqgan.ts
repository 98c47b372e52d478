import { AppError } from '@shared/errors';
import { type VqganSpec, dimensionOf } from '@shared/specs';
import { conv2dLayer } from '../nn';
import { createQuantizer } from '../quantizers';
import { type Program, withTape } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { AutoencoderLoss, CodeAutoencoder, ModelContext } from './autoencoder';
import { wholeCells } from './convolutional';
import { decodedByVectors, only } from './latents';
import { type CompleteLoss, perceptualAdversarialLoss } from './perceptual-adversarial-loss';
import { prepareQuantizer } from './prepare-quantizer';
import { vqganDecoder, vqganEncoder } from './vqgan-networks';

/**
 * VQGAN (Esser, Rombach, Ommer 2021, “Taming transformers for high-resolution image synthesis”), with the networks and the
 * numbers of its code; β is on the commitment term, where the paper has it and its code doesn't.
 *
 * A residual encoder with attention turns x [N, H, W, C] into latents [N, H/2ᵈ, W/2ᵈ, D], a quantizer these into codes, a
 * mirrored decoder the codes' vectors into x̂. The autoencoder's loss, with pixels from −1 to 1 and means over all components,
 *
 *   L = |x − x̂|  +  w_p · perceptual(x̂, x)  +  λ · w_a · adversarial(x̂)  +  the quantizer's terms
 *
 * (or (x − x̂)²), beside which a discriminator learns to tell x̂ from x: see `createAdversary`. The last two are there only
 * while the model is trained; neither is part of its weights.
 */
export function vqgan(program: Program, spec: VqganSpec, { signal, seed }: ModelContext): CodeAutoencoder {
  const dimension = dimensionOf(spec.quantizer);
  const { grid, whole, cut } = wholeCells(signal, spec.multiples.length - 1);
  const options = { spec, channels: signal.channels, grid, seed };
  const { latentChannels } = spec;

  const encoder = vqganEncoder(program, options);
  const preVq = conv2dLayer(program, 'pre-vq', { inChannels: latentChannels, filters: dimension, kernel: 1 });
  const quantizer = createQuantizer(program, 'quantizer', spec.quantizer, seed);
  const postVq = conv2dLayer(program, 'post-vq', { inChannels: dimension, filters: latentChannels, kernel: 1 });
  const decoder = vqganDecoder(program, options);
  const weights = [...new Set([...program.trainable, ...quantizer.weights])];
  let complete: CompleteLoss | undefined;

  // The networks see and give pixels from −1 to 1.
  const latentsOf = (images: Tensor, step?: Tensor) => preVq(encoder(ops.mul(whole(images), 2), step));
  const imagesOf = (vectors: Tensor, step?: Tensor) => ops.mul(cut(decoder(postVq(vectors), step)), 0.5);

  return {
    signal,
    latent: {
      kind: 'codes',
      levels: [{ axes: grid, depth: quantizer.depth, codes: quantizer.codes, dimension }],
    },
    weights,
    codebook: (_level, stage) => quantizer.codebook(stage),
    encode: (images) => [quantizer.indices(latentsOf(images))],
    ...decodedByVectors(
      (latents) => [quantizer.lookUp(only(latents))],
      (vectors) => imagesOf(only(vectors)),
    ),
    larger: { cell: 2 ** (spec.multiples.length - 1), isPlaceless: true },
    prepare: prepareQuantizer(program, { quantizer, signal, grid, latentsOf }),
    beginTraining() {
      complete = perceptualAdversarialLoss(program, spec, signal, 'decoder/out/kernel');
    },
    loss(images, step): AutoencoderLoss {
      const compare = complete;
      if (!compare) throw new AppError('INTERNAL', 'The loss was asked for before training began.');
      return withTape(() => {
        const { quantized, terms, perplexity, updates } = quantizer.quantize(latentsOf(images, step), step);
        const reconstruction = imagesOf(quantized, step);
        const off = ops.mul(ops.sub(reconstruction, images), 2);
        const pixels = ops.mean(spec.reconstruction === 'l1' ? ops.abs(off) : ops.square(off));
        return compare({ images, reconstruction, pixels: { reconstruction: pixels }, terms, perplexity, updates });
      });
    },
  };
}
