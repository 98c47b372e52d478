import type { ImageShape, VqVaeSpec } from '@shared/specs';
import { type Layer, conv2dLayer, convTranspose2dLayer, residualStack } from '../nn';
import { createQuantizer } from '../quantizers';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { GridAutoencoder } from './autoencoder';

/**
 * VQ-VAE (van den Oord, Vinyals, Kavukcuoglu 2017, “Neural Discrete Representation Learning”), with the network and the
 * numbers of the Sonnet reference example.
 *
 * A strided convolutional encoder turns an image x [N, H, W, C] into latents z_e(x) [N, H/2ᵈ, W/2ᵈ, D]; each latent vector
 * becomes the nearest of K codes, z_q(x) [N, H/2ᵈ, W/2ᵈ]; a mirrored decoder turns the codes' vectors into x̂. The loss is
 *
 *   L = ‖x − x̂‖² / σ²  +  the quantizer's terms (codebook, commitment)
 *
 * with means over all components and σ² the variance of the training pixels, which makes the first term NMSE and one β
 * fit all data. The gradient passes the quantizer straight through.
 *
 * Sides that 2ᵈ doesn't divide are continued with their border pixels on the right and below for the encoder; the decoder
 * cuts that off again, and the loss is on the true pixels.
 */
export function vqVae(
  spec: VqVaeSpec,
  image: ImageShape,
  trainVariance: number,
  program: Program,
  seed: number,
): GridAutoencoder {
  const { height, width } = image;
  const factor = 2 ** spec.downsamplings;
  const grid = { height: Math.ceil(height / factor), width: Math.ceil(width / factor) };
  const dimension = spec.quantizer.dimension;

  const encoder = createEncoder(program, spec, image.channels);
  const preVq = conv2dLayer(program, 'pre-vq', { inChannels: spec.hidden, filters: dimension, kernel: 1 });
  const quantizer = createQuantizer(program, 'quantizer', spec.quantizer, seed);
  const decoder = createDecoder(program, spec, dimension, image.channels);

  const pad = { top: 0, left: 0, bottom: grid.height * factor - height, right: grid.width * factor - width };
  const isWhole = pad.bottom === 0 && pad.right === 0;
  const latentsOf = (images: Tensor) => preVq(encoder(isWhole ? images : ops.edgePad2d(images, pad)));
  const imagesOf = (vectors: Tensor) => {
    const images = decoder(vectors);
    return isWhole ? images : ops.slice(images, [0, 0, 0, 0], [-1, height, width, -1]);
  };

  return {
    image,
    latent: { kind: 'grid', ...grid, codes: quantizer.codes, dimension },
    weights: [...new Set([...program.trainable, ...quantizer.weights])],
    codebook: () => quantizer.codebook(),
    encode: (images) => quantizer.indices(latentsOf(images)),
    decode: (indices) => imagesOf(quantizer.lookUp(indices)),
    loss(images, step) {
      const { quantized, indices, terms, perplexity, updates } = quantizer.quantize(latentsOf(images), step);
      const reconstruction = imagesOf(quantized);
      const nmse = ops.div(ops.mean(ops.square(ops.sub(reconstruction, images))), trainVariance);
      const total = Object.values(terms).reduce((sum, term) => ops.add(sum, term), nmse);
      return { total, terms: { reconstruction: nmse, ...terms }, reconstruction, indices, nmse, perplexity, updates };
    },
  };
}

/** Images [N, H, W, C] → [N, H/2ᵈ, W/2ᵈ, hidden]: halvings (the first with half the channels), 3 × 3, residual stack. */
function createEncoder(program: Program, spec: VqVaeSpec, channels: number): Layer {
  const widths = Array.from({ length: spec.downsamplings }, (_, index) =>
    index === 0 ? spec.hidden >> 1 : spec.hidden,
  );
  const halvings = widths.map((filters, index) =>
    conv2dLayer(program, `encoder/down${index + 1}`, {
      inChannels: widths[index - 1] ?? channels,
      filters,
      kernel: 4,
      stride: 2,
    }),
  );
  const conv = conv2dLayer(program, 'encoder/conv', {
    inChannels: widths.at(-1) ?? 0,
    filters: spec.hidden,
    kernel: 3,
  });
  const stack = createStack(program, 'encoder/residual', spec);
  return (images) => stack(ops.relu(conv(halvings.reduce((h, halve) => ops.relu(halve(h)), images))));
}

/** Vectors [N, h, w, D] → images [N, 2ᵈh, 2ᵈw, C]: the encoder mirrored; nothing limits the output. */
function createDecoder(program: Program, spec: VqVaeSpec, dimension: number, channels: number): Layer {
  const conv = conv2dLayer(program, 'decoder/conv', { inChannels: dimension, filters: spec.hidden, kernel: 3 });
  const stack = createStack(program, 'decoder/residual', spec);
  const widths = Array.from({ length: spec.downsamplings - 1 }, (_, index) =>
    index === spec.downsamplings - 2 ? spec.hidden >> 1 : spec.hidden,
  );
  const doublings = [...widths, channels].map((filters, index) =>
    convTranspose2dLayer(program, `decoder/up${index + 1}`, {
      inChannels: widths[index - 1] ?? spec.hidden,
      filters,
      kernel: 4,
      stride: 2,
    }),
  );
  return (vectors) =>
    doublings.reduce((h, double, index) => double(index === 0 ? h : ops.relu(h)), stack(conv(vectors)));
}

function createStack(program: Program, name: string, spec: VqVaeSpec): Layer {
  return residualStack(program, name, {
    channels: spec.hidden,
    hidden: spec.residualHidden,
    blocks: spec.residualLayers,
  });
}
