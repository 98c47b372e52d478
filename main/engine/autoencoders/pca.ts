import { type PcaSpec, mediumOf, shapeOf, valuesOf } from '@shared/specs';
import { principalComponents, requireComponents } from '../numerics';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { ModelContext, VectorAutoencoder } from './autoencoder';
import { only } from './latents';

/**
 * Principal component analysis (Pearson 1901; Hotelling 1933), the best autoencoder that is linear. Of all pictures x, laid out as
 * vectors, the mean m and the orthonormal directions W [length, H·W·C] of largest variance are found at once, before the first step:
 *
 *   z = W (x − m)        x̂ = m + Wᵀ z
 *
 * No other z and linear decoder have a smaller mean of ‖x − x̂‖² over the training pictures. A step learns nothing more; it tells
 * the batch's NMSE. `explained-variance` is the share of the training pictures' variance that the components hold, 0 to 1;
 * equal pictures have none, and nothing of it is missing.
 */
export function pca(program: Program, spec: PcaSpec, { signal, dataVariance }: ModelContext): VectorAutoencoder {
  const size = valuesOf(signal);
  const variable = (name: string, shape: number[]) => program.variable(`pca/${name}`, { shape }, { trainable: false });
  const mean = variable('mean', [size]);
  const components = variable('components', [spec.latent, size]);
  const deviations = variable('deviations', [spec.latent]);
  const explained = variable('explained-variance', []);

  const encode = (images: Tensor): Tensor => {
    const centred = ops.sub(ops.reshape(images, [-1, size]), mean.read());
    return ops.matMul(centred, components.read(), { transposeB: true });
  };
  const decode = (vectors: Tensor): Tensor =>
    ops.reshape(ops.add(ops.matMul(vectors, components.read()), mean.read()), [-1, ...shapeOf(signal)]);

  return {
    signal,
    latent: { kind: 'vector', length: spec.latent },
    weights: [mean, components, deviations, explained],
    encode: (images) => [encode(images)],
    decode: (latents) => decode(only(latents)),
    requireItems: (count) => requireComponents(count, size, spec.latent),
    async prepare(items) {
      const found = await principalComponents(items, size, spec.latent);
      const [low, high] = mediumOf(signal).range;
      program.load({
        [mean.name]: Float32Array.from(found.mean, (value) => (value - low) / (high - low) - 0.5),
        [components.name]: Float32Array.from(found.components),
        [deviations.name]: Float32Array.from(found.variances, (value) => Math.sqrt(value) / (high - low)),
        [explained.name]: Float32Array.of(found.totalVariance > 0 ? sum(found.variances) / found.totalVariance : 1),
      });
    },
    loss(images) {
      const reconstruction = decode(encode(images));
      const nmse = ops.div(ops.mean(ops.square(ops.sub(reconstruction, images))), dataVariance);
      return {
        total: nmse,
        terms: { reconstruction: nmse },
        reconstruction,
        metrics: { 'explained-variance': explained.read() },
        updates: [],
      };
    },
  };
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
