import { AppError } from '@shared/errors';
import { type VitVqganSpec, dimensionOf } from '@shared/specs';
import { type Layer, denseLayer, glorotUniform } from '../nn';
import { createQuantizer } from '../quantizers';
import { type Program, withTape } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import type { AutoencoderLoss, CodeAutoencoder, ModelContext } from './autoencoder';
import { wholePatches } from './convolutional';
import { decodedByVectors, only } from './latents';
import { type CompleteLoss, perceptualAdversarialLoss } from './perceptual-adversarial-loss';
import { logitLaplaceLoss, mapPixels, unmapPixels } from './logit-laplace';
import { prepareQuantizer } from './prepare-quantizer';
import { vitDecoder, vitEncoder } from './vit-networks';

/**
 * ViT-VQGAN (Yu et al. 2021, “Vector-quantized image modeling with improved VQGAN”, sections 3.1 to 3.3): VQGAN with
 * transformers in place of convolutions, and codes that are looked up in few dimensions on the unit sphere.
 *
 *   L = w₂ · (x − x̂)²  +  w_l · logit-Laplace(x)  +  w_p · perceptual(x̂, x)  +  w_a · adversarial(x̂)  +  the quantizer's terms
 *
 * with pixels from 0 to 1 and means over all components. With a logit-Laplace term the decoder tells location and scale of each
 * pixel's logit, and x̂ is the median, σ(location); the paper leaves open how one decoder serves both terms. Without it, x̂ is what
 * the decoder says. The discriminator is VQGAN's; the paper has StyleGAN's.
 */
export function vitVqgan(program: Program, spec: VitVqganSpec, { signal, seed }: ModelContext): CodeAutoencoder {
  const dimension = dimensionOf(spec.quantizer);
  const { grid, whole, cut } = wholePatches(signal, spec.patch);
  const hasScale = spec.logitLaplace > 0;

  const encoder = vitEncoder(program, spec, signal.channels, grid);
  const preVq = projection(program, 'pre-vq', spec.encoder.width, dimension);
  const quantizer = createQuantizer(program, 'quantizer', spec.quantizer, seed);
  const postVq = projection(program, 'post-vq', dimension, spec.decoder.width);
  const decoder = vitDecoder(program, spec, signal.channels * (hasScale ? 2 : 1), grid);
  const tables = program.variables.filter(({ name }) => name.endsWith('/positions/table'));
  const weights = [...new Set([...program.trainable, ...quantizer.weights, ...tables])];
  let complete: CompleteLoss | undefined;

  const latentsOf = (images: Tensor) => preVq(encoder(whole(images)));
  const outputsOf = (vectors: Tensor) => {
    const outputs = cut(decoder(postVq(vectors)));
    if (!hasScale) return { reconstruction: outputs };
    const [location, logScale] = ops.split(outputs, 2, 3) as [Tensor, Tensor];
    return { reconstruction: unmapPixels(location), location, logScale };
  };

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
      (vectors) => outputsOf(only(vectors)).reconstruction,
    ),
    larger: { cell: spec.patch, isPlaceless: false },
    prepare: prepareQuantizer(program, { quantizer, signal, grid, latentsOf }),
    beginTraining() {
      complete = perceptualAdversarialLoss(program, spec, signal, 'decoder/pixels/kernel');
    },
    loss(images, step): AutoencoderLoss {
      const compare = complete;
      if (!compare) throw new AppError('INTERNAL', 'The loss was asked for before training began.');
      return withTape(() => {
        const { quantized, terms, perplexity, updates } = quantizer.quantize(latentsOf(images), step);
        const { reconstruction, location, logScale } = outputsOf(quantized);
        const squared = ops.mean(ops.square(ops.sub(reconstruction, images)));
        const pixels: Record<string, Tensor> = { reconstruction: ops.mul(squared, spec.squared) };
        if (location && logScale) {
          const cost = ops.mean(logitLaplaceLoss(mapPixels(images), location, logScale));
          pixels['logit-laplace'] = ops.mul(cost, spec.logitLaplace);
        }
        return compare({ images, reconstruction, pixels, terms, perplexity, updates });
      });
    },
  };
}

/** A learnt matrix between two lengths; nothing where they are one, as with factorised codes, which have their own. */
function projection(program: Program, name: string, inputs: number, units: number): Layer {
  return inputs === units ? (x) => x : denseLayer(program, name, { inputs, units, initialiser: glorotUniform() });
}
