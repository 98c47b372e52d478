import { type Tensor, tf } from '../native/load';
import { sumTo } from './broadcast';
import { differentiable, kernel } from './kernel';

interface MatMulOptions {
  transposeA?: boolean;
  transposeB?: boolean;
}

/**
 * Matrix product of the last two axes, [..., M, K] · [..., K, N] → [..., M, N]; leading axes broadcast. Any order of
 * gradient.
 */
export function matMul(a: Tensor, b: Tensor, options: MatMulOptions = {}): Tensor {
  const { transposeA = false, transposeB = false } = options;
  const toA = (dy: Tensor) =>
    transposeA
      ? matMul(b, dy, { transposeA: transposeB, transposeB: true })
      : matMul(dy, b, { transposeB: !transposeB });
  const toB = (dy: Tensor) =>
    transposeB
      ? matMul(dy, a, { transposeA: true, transposeB: transposeA })
      : matMul(a, dy, { transposeA: !transposeA });
  return differentiable('matMul', [a, b], () => product(a, b, transposeA, transposeB), [
    (dy) => sumTo(toA(dy), a.shape),
    (dy) => sumTo(toB(dy), b.shape),
  ]);
}

/** MatMul for two matrices: TensorFlow fuses it with the bias and activation that follow, unlike the batched kernel. */
function product(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  return a.rank === 2 && b.rank === 2
    ? kernel('MatMul', [a, b], { transpose_a: transposeA, transpose_b: transposeB })
    : tf.matMul(a, b, transposeA, transposeB);
}
