import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';

/** Under the logarithm, far below what a share can be and matter. */
const SMALLEST = 1e-30;

/**
 * Entropies of binary codes, in nats. The softmax over all 2ᵈ codes c ∈ {±s}ᵈ of −‖z − c‖² / τ is a product over components,
 * each positive with probability σ(4 s z / τ), so that neither needs the M × 2ᵈ table that the papers' code makes:
 * - `perPlace`, the mean over places of H(code | place), is a sum over components;
 * - `overall`, H(code) of the mean over places, takes the mean of an outer product of the first components' codes and the
 *   last ones': a product of matrices [2ᵃ, M] and [M, 2ᵈ⁻ᵃ].
 * @param logits 4 s z / τ, [M, d]
 */
export function codeEntropies(logits: Tensor): { perPlace: Tensor; overall: Tensor } {
  const [places = 1, dimension = 1] = logits.shape;
  const first = Math.ceil(dimension / 2);
  const head = sharesOf(ops.slice(logits, [0, 0], [-1, first]));
  const shares =
    first === dimension
      ? ops.mean(head, 0)
      : ops.div(
          ops.matMul(head, sharesOf(ops.slice(logits, [0, first], [-1, dimension - first])), { transposeA: true }),
          places,
        );
  const overall = ops.neg(ops.sum(ops.mul(shares, ops.log(ops.maximum(shares, SMALLEST)))));
  // H = softplus(−|l|) + |l| σ(−|l|): both small where the sign is certain, so that nothing cancels
  const size = ops.abs(logits);
  const binary = ops.add(ops.softplus(ops.neg(size)), ops.mul(size, ops.sigmoid(ops.neg(size))));
  return { perPlace: ops.div(ops.sum(binary), places), overall };
}

/** Probabilities of the 2ᵃ codes of each row [M, a] → [M, 2ᵃ]. */
function sharesOf(logits: Tensor): Tensor {
  const [places = 1, dimension = 1] = logits.shape;
  const positive = ops.sigmoid(logits);
  const negative = ops.sigmoid(ops.neg(logits));
  let shares: Tensor | undefined;
  for (let at = 0; at < dimension; at++) {
    const pair = ops.concat([ops.slice(negative, [0, at], [-1, 1]), ops.slice(positive, [0, at], [-1, 1])], 1);
    shares = shares ? ops.reshape(ops.mul(ops.expandDims(shares, 2), ops.expandDims(pair, 1)), [places, -1]) : pair;
  }
  return shares ?? ops.ones([places, 1]);
}
