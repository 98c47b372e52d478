import { type Tensor, tf } from '../native/load';

/** Matrix product of the last two axes, [..., M, K] · [..., K, N] → [..., M, N]; leading axes broadcast. */
export function matMul(a: Tensor, b: Tensor, options: { transposeA?: boolean; transposeB?: boolean } = {}): Tensor {
  return tf.matMul(a, b, options.transposeA ?? false, options.transposeB ?? false);
}
