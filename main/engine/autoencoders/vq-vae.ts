import { type VqVaeSpec, channelsOf, dimensionOf } from '@shared/specs';
import { convLayer } from '../nn';
import { createQuantizer } from '../quantizers';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { CodeAutoencoder, ModelContext } from './autoencoder';
import { convolutionalDecoder, convolutionalEncoder, rankOf, wholeCells } from './convolutional';
import { decodedByVectors, only } from './latents';
import { prepareQuantizer } from './prepare-quantizer';

/**
 * VQ-VAE (van den Oord, Vinyals, Kavukcuoglu 2017, “Neural Discrete Representation Learning”), with the network and the
 * numbers of the Sonnet reference example.
 *
 * A strided convolutional encoder turns an item x [N, ...sides, C] into latents z_e(x) [N, ...sides/2ᵈ, D]; each latent vector
 * becomes the nearest of K codes, z_q(x) [N, ...sides/2ᵈ]; a mirrored decoder turns the codes' vectors into x̂. The loss is
 *
 *   L = ‖x − x̂‖² / σ²  +  the quantizer's terms (codebook, commitment)
 *
 * with means over all components and σ² the variance of the training values, which makes the first term NMSE and one β
 * fit all data. The gradient passes the quantizer straight through.
 *
 * Sides that 2ᵈ doesn't divide are continued for the encoder with the values at their ends; the decoder cuts that off again,
 * and the loss is on the true values. Convolutions run over as many axes as the signal has.
 */
export function vqVae(
  program: Program,
  spec: VqVaeSpec,
  { signal, dataVariance, seed }: ModelContext,
): CodeAutoencoder {
  const dimension = dimensionOf(spec.quantizer);
  const rank = rankOf(signal);
  const { grid, whole, cut } = wholeCells(signal, spec.downsamplings);

  const encoder = convolutionalEncoder(program, spec, channelsOf(signal), { rank });
  const preVq = convLayer(program, 'pre-vq', { rank, inChannels: spec.hidden, filters: dimension, kernel: 1 });
  const quantizer = createQuantizer(program, 'quantizer', spec.quantizer, seed);
  const decoder = convolutionalDecoder(program, spec, dimension, channelsOf(signal), { rank });

  const latentsOf = (images: Tensor) => preVq(encoder(whole(images)));
  const imagesOf = (vectors: Tensor) => cut(decoder(vectors));

  return {
    signal,
    latent: {
      kind: 'codes',
      levels: [{ axes: grid, depth: quantizer.depth, codes: quantizer.codes, dimension }],
    },
    weights: [...new Set([...program.trainable, ...quantizer.weights])],
    codebook: (_level, stage) => quantizer.codebook(stage),
    encode: (images) => [quantizer.indices(latentsOf(images))],
    ...decodedByVectors(
      (latents) => [quantizer.lookUp(only(latents))],
      (vectors) => imagesOf(only(vectors)),
    ),
    larger: { cell: 2 ** spec.downsamplings, isPlaceless: true },
    prepare: prepareQuantizer(program, { quantizer, signal, grid, latentsOf }),
    loss(images, step) {
      const { quantized, terms, perplexity, updates } = quantizer.quantize(latentsOf(images), step);
      const reconstruction = imagesOf(quantized);
      const nmse = ops.div(ops.mean(ops.square(ops.sub(reconstruction, images))), dataVariance);
      const total = Object.values(terms).reduce((sum, term) => ops.add(sum, term), nmse);
      return {
        total,
        terms: { reconstruction: nmse, ...terms },
        reconstruction,
        metrics: { perplexity },
        updates,
      };
    },
  };
}
