import type { Tensor } from '../../tensorflow/native/load';
import * as ops from '../../tensorflow/ops';

/** ‖g‖ = √Σ g², over all components of all gradients together: scalar. */
export function globalNorm(gradients: readonly Tensor[]): Tensor {
  return ops.sqrt(gradients.map((one) => ops.sum(ops.square(one))).reduce((sum, one) => ops.add(sum, one)));
}

/**
 * Clipping by global norm (Pascanu et al. 2013): every gradient times `limit / max(norm, limit)`, so that their norm is
 * at most `limit` and their direction stays. As TensorFlow's `clip_by_global_norm`; PyTorch's adds 1e-6 to the norm. A
 * norm that is not finite stays so. A limit of 0 is none.
 */
export function clipByNorm(gradients: readonly Tensor[], norm: Tensor, limit: number | Tensor): Tensor[] {
  const clipped = ops.div(limit, ops.maximum(norm, limit));
  const share = typeof limit === 'number' ? clipped : ops.where(ops.greater(limit, 0), clipped, ops.scalar(1));
  return gradients.map((one) => ops.mul(one, share));
}
