import { type DVaeSpec, valuesOf } from '@shared/specs';
import { hyper, normalInit, zerosInit } from '../nn';
import { divergenceFromUniform, gumbelSoftmax, perplexityOf } from '../quantizers';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { CodeAutoencoder, ModelContext } from './autoencoder';
import { wholeCells } from './convolutional';
import { dVaeDecoder, dVaeEncoder } from './dvae-networks';
import { decodedByVectors, only } from './latents';
import { logitLaplaceLoss, mapPixels, unmapPixels } from './logit-laplace';

/** Sets the draws of this file apart from others that a step makes with the run's seed. */
const STREAMS = { noise: 51 } as const;

/**
 * dVAE, the first stage of DALL-E (Ramesh et al. 2021, “Zero-shot text-to-image generation”, section 2.1 and appendix A), with the
 * network of its code.
 *
 * An encoder turns an image x [N, H, W, C] into logits l of K codes at each of h × w places. While training a place is a draw y
 * from the Gumbel-softmax of its logits at temperature τ, a mixture of the codes' vectors; a decoder turns these into a
 * logit-Laplace distribution of each pixel value. The loss is the negative bound on log p(x), in nats per pixel value,
 *
 *   L = −log p(x|y) / (H W C)  +  β Σ KL(softmax(l) ‖ uniform) / (H W C)
 *
 * means over the batch. β and τ follow schedules. Codes are the largest logits, and pictures are judged by these hard codes.
 */
export function dVae(program: Program, spec: DVaeSpec, { signal, seed }: ModelContext): CodeAutoencoder {
  const { codes, embedding } = spec;
  const { channels } = signal;
  const { grid, whole, cut } = wholeCells(signal, spec.groups - 1);
  const encoder = dVaeEncoder(program, spec, channels);
  // The decoder's first convolution is 1 × 1 of one-hot codes: a table of their vectors.
  const table = program.variable('decoder/input/kernel', {
    shape: [codes, embedding],
    initialiser: normalInit(1 / Math.sqrt(codes)),
  });
  const offset = program.variable('decoder/input/bias', { shape: [embedding], initialiser: zerosInit() });
  const decoder = dVaeDecoder(program, spec, 2 * channels);
  const temperature = hyper(program, 'temperature', spec.temperature);
  const klWeight = hyper(program, 'kl', spec.kl);

  const logitsOf = (images: Tensor) => encoder(mapPixels(whole(images)));
  const codebook = () => ops.add(table.read(), offset.read());
  /** Codes' vectors [N, h, w, D] → location and logarithm of the scale of each pixel value, [N, H, W, C]. */
  const distributionOf = (vectors: Tensor) => {
    const outputs = cut(decoder(vectors));
    const [location, logScale] = ops.split(outputs, 2, 3);
    return { location: location!, logScale: logScale! };
  };
  const places = grid.reduce((product, side) => product * side, 1);
  const values = valuesOf(signal);

  return {
    signal,
    latent: { kind: 'codes', levels: [{ axes: grid, depth: 1, codes, dimension: embedding }] },
    weights: program.trainable,
    codebook,
    encode: (images) => [ops.argMax(logitsOf(images))],
    ...decodedByVectors(
      (latents) => [ops.gather(codebook(), only(latents))],
      (vectors) => unmapPixels(distributionOf(only(vectors)).location),
    ),
    larger: { cell: 2 ** (spec.groups - 1), isPlaceless: true },
    loss(images, step) {
      const logits = logitsOf(images);
      const noise = ops.random.gumbel(logits.shape, ops.seedOf(seed, step, STREAMS.noise));
      const drawn = gumbelSoftmax(logits, noise, temperature(), spec.straightThrough);
      const mixed = ops.biasAdd(ops.matMul(ops.reshape(drawn, [-1, codes]), table.read()), offset.read());
      const { location, logScale } = distributionOf(ops.reshape(mixed, [...logits.shape.slice(0, -1), embedding]));
      const cost = ops.mean(logitLaplaceLoss(mapPixels(images), location, logScale));
      const divergence = ops.mul(ops.mean(divergenceFromUniform(logits)), places);
      const kl = ops.mul(ops.div(divergence, values), klWeight());
      const reconstruction = unmapPixels(location);
      return {
        total: ops.add(cost, kl),
        terms: { reconstruction: cost, kl },
        reconstruction,
        metrics: {
          perplexity: perplexityOf(ops.bincount(ops.argMax(logits), codes)),
          kl: divergence,
        },
        updates: [],
      };
    },
    measure: (images) => ({ kl: ops.sum(divergenceFromUniform(logitsOf(images)), [1, 2]) }),
  };
}
