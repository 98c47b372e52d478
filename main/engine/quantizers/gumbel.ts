import type { GumbelQuantizerSpec } from '@shared/specs';
import { denseLayer, hyper, normalInit } from '../nn';
import type { Program } from '../tensorflow/graph';
import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { divergenceFromUniform, gumbelSoftmax } from './gumbel-softmax';
import { perplexityOf } from './nearest';
import type { Quantizer } from './quantizer';

/** Sets the draws of this file apart from others that a step makes with the run's seed. */
const STREAMS = { noise: 21 } as const;

/**
 * Gumbel-softmax (Jang et al. 2017; Maddison et al. 2017): a linear layer makes K logits l of a latent vector; while training
 *
 *   y = softmax((l + g) / τ)    g standard Gumbel noise, τ the temperature
 *
 * mixes the codes' vectors, y e; with `straightThrough` the decoder sees the one code with the largest y and the gradient is
 * that of y. The term `kl` is the weight times KL(softmax(l) ‖ uniform) = Σ q (log q + log K), the mean over places, nats.
 * Encoding takes the largest logit, without noise.
 */
export function gumbelQuantizer(program: Program, name: string, spec: GumbelQuantizerSpec, seed: number): Quantizer {
  const { codes, dimension } = spec;
  const temperature = hyper(program, `${name}/temperature`, spec.temperature);
  const klWeight = hyper(program, `${name}/kl`, spec.kl);
  const toLogits = denseLayer(program, `${name}/logits`, { inputs: dimension, units: codes });
  const codebook = program.variable(`${name}/codebook`, { shape: [codes, dimension], initialiser: normalInit(1) });
  const choose = (logits: Tensor, shape: readonly number[]) => ops.reshape(ops.argMax(logits, 1), shape.slice(0, -1));
  const flatten = (latents: Tensor) => ops.reshape(latents, [-1, dimension]);

  return {
    codes,
    depth: 1,
    dimension,
    weights: program.trainable.filter((variable) => variable.name.startsWith(`${name}/`)),
    codebook: () => codebook.read(),
    indices: (latents) => choose(toLogits(flatten(latents)), latents.shape),
    lookUp: (indices) => ops.gather(codebook.read(), indices),
    quantize(latents, step) {
      const logits = toLogits(flatten(latents));
      const noise = ops.random.gumbel(logits.shape, ops.seedOf(seed, step, STREAMS.noise));
      const mixture = gumbelSoftmax(logits, noise, temperature(), spec.straightThrough);
      const indices = choose(logits, latents.shape);
      return {
        quantized: ops.reshape(ops.matMul(mixture, codebook.read()), latents.shape),
        indices,
        terms: { kl: ops.mul(ops.mean(divergenceFromUniform(logits)), klWeight()) },
        perplexity: perplexityOf(ops.bincount(indices, codes)),
        updates: [],
      };
    },
  };
}
