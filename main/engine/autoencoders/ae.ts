import type { AeSpec } from '@shared/specs';
import { denseLayer } from '../nn';
import type { Program } from '../tensorflow/graph';
import * as ops from '../tensorflow/ops';
import type { ModelContext, VectorAutoencoder } from './autoencoder';
import { only } from './latents';
import { prepareMean } from './prepare-mean';
import { vectorDecoder, vectorEncoder } from './vector-network';

/**
 * Autoencoder (Hinton and Salakhutdinov 2006, trained from end to end): an encoder turns an image x [N, H, W, C] into a vector
 * z [N, length], a decoder turns it back into x̂. The loss is NMSE,
 *
 *   L = ‖x − x̂‖² / σ²
 *
 * with the mean over all components and σ² the variance of the training pixels; nothing is asked of z.
 */
export function ae(program: Program, spec: AeSpec, { signal, dataVariance }: ModelContext): VectorAutoencoder {
  const encoder = vectorEncoder(program, spec.network, signal);
  const toVector = denseLayer(program, 'latent', { inputs: encoder.size, units: spec.latent });
  const decoder = vectorDecoder(program, spec.network, signal, spec.latent);

  return {
    signal,
    latent: { kind: 'vector', length: spec.latent },
    weights: program.trainable,
    encode: (images) => [toVector(encoder.apply(images))],
    decode: (latents) => decoder.apply(only(latents)),
    prepare: prepareMean(program, decoder, signal, (mean) => mean - 0.5),
    loss(images) {
      const reconstruction = decoder.apply(toVector(encoder.apply(images)));
      const nmse = ops.div(ops.mean(ops.square(ops.sub(reconstruction, images))), dataVariance);
      return { total: nmse, terms: { reconstruction: nmse }, reconstruction, metrics: {}, updates: [] };
    },
  };
}
