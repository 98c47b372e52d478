import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/**
 * The nearest row of `codebook` [K, D] for each vector of `latents` [..., D]: [...] int32, the first of equals. No gradient.
 */
export function nearest(latents: Tensor, codebook: Tensor): Tensor {
  const flat = ops.reshape(ops.stopGradient(latents), [-1, codebook.shape[1] ?? 0]);
  return ops.reshape(ops.argMin(squaredDistances(flat, ops.stopGradient(codebook)), 1), latents.shape.slice(0, -1));
}

/** As `nearest` of rows of length 1, where the nearest is the one with the largest cosine. */
export function nearestByCosine(latents: Tensor, codebook: Tensor): Tensor {
  const flat = ops.reshape(ops.stopGradient(latents), [-1, codebook.shape[1] ?? 0]);
  const cosines = ops.matMul(flat, ops.stopGradient(codebook), { transposeB: true });
  return ops.reshape(ops.argMax(cosines, 1), latents.shape.slice(0, -1));
}

/** ‖z − e‖² − ‖z‖² = ‖e‖² − 2 z·e of z [M, D] and e [K, D]: [M, K], which is smallest where the distance is. */
export function squaredDistances(flat: Tensor, codebook: Tensor): Tensor {
  // The factor on the K × D side: M × K numbers are the expensive ones, and a power of two rounds nothing.
  const products = ops.matMul(flat, ops.mul(codebook, -2), { transposeB: true });
  return ops.add(products, ops.sum(ops.square(codebook), 1));
}

/** In the logarithm of perplexity, as in Sonnet. */
const SMALLEST = 1e-10;

/** exp(−Σ p log(p + 1e−10)) with p the share of each of K codes, from how often each was used [K]: scalar. */
export function perplexityOf(counts: Tensor): Tensor {
  const shares = ops.div(counts, ops.sum(counts));
  return ops.exp(ops.neg(ops.sum(ops.mul(shares, ops.log(ops.add(shares, SMALLEST))))));
}
