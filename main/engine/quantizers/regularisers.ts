import type { Tensor } from '../tensorflow/native/load';
import * as ops from '../tensorflow/ops';
import { squaredDistances } from './nearest';

/** Below this norm a code has no direction; vector-quantize-pytorch's. */
const SHORTEST = 1e-6;
/** What distances are multiplied by before the softmax of `diversityLoss`; vector-quantize-pytorch's. */
const SHARPNESS = 100;
/** Under the logarithm of an entropy; vector-quantize-pytorch's. */
const RAREST = 1e-5;

/**
 * Orthogonality of a codebook e [K, D] (Shin et al. 2021, “Translation-equivariant image quantizer”, equation 2), scalar from 0:
 *
 *   Σᵢⱼ cos²(eᵢ, eⱼ) / K²  −  1 / K
 *
 * The sum over K² pairs is ‖Ê Êᵀ‖² = ‖Êᵀ Ê‖² (Frobenius): D² numbers instead of K².
 */
export function orthogonalityLoss(codebook: Tensor): Tensor {
  const codes = codebook.shape[0] ?? 1;
  const directions = ops.l2Normalize(codebook, -1, SHORTEST);
  const moments = ops.matMul(directions, directions, { transposeA: true });
  return ops.sub(ops.div(ops.sum(ops.square(moments)), codes * codes), 1 / codes);
}

/**
 * What rewards a batch for leaning to many codes, −H(p̄): p̄ is the mean over z [M, D] of softmax(−100 ‖z − e‖) over the codes
 * e [K, D], of unit vectors softmax(100 cos). Nats from −ln K (all alike) to 0 (one code): scalar.
 */
export function diversityLoss(flat: Tensor, codebook: Tensor, isUnit: boolean): Tensor {
  const closeness = isUnit ? ops.matMul(flat, codebook, { transposeB: true }) : ops.neg(distances(flat, codebook));
  const shares = ops.mean(ops.softmax(ops.mul(closeness, SHARPNESS)), 0);
  return ops.sum(ops.mul(shares, ops.log(ops.maximum(shares, RAREST))));
}

/** ‖z − e‖ [M, K], with a derivative everywhere. */
function distances(flat: Tensor, codebook: Tensor): Tensor {
  const squared = ops.add(squaredDistances(flat, codebook), ops.sum(ops.square(flat), 1, true));
  return ops.sqrt(ops.maximum(squared, 1e-8));
}
