import { type Tensor, tf } from '../native/load';
import { div, mul, neg, square, sub } from './arithmetic';
import { differentiable } from './kernel';

/** Exponential, trigonometric and error functions, element by element. Any order of gradient. */

export function exp(x: Tensor): Tensor {
  return differentiable('exp', [x], () => tf.exp(x), [(dy, y) => mul(dy, y)]);
}

/** The natural logarithm. */
export function log(x: Tensor): Tensor {
  return differentiable('log', [x], () => tf.log(x), [(dy) => div(dy, x)]);
}

/** log(1 + x), exact near 0. */
export function log1p(x: Tensor): Tensor {
  return differentiable('log1p', [x], () => tf.log1p(x), [(dy) => div(dy, sub(x, -1))]);
}

export function sin(x: Tensor): Tensor {
  return differentiable('sin', [x], () => tf.sin(x), [(dy) => mul(dy, cos(x))]);
}

export function cos(x: Tensor): Tensor {
  return differentiable('cos', [x], () => tf.cos(x), [(dy) => neg(mul(dy, sin(x)))]);
}

/** The error function 2/√π ∫₀ˣ exp(−t²) dt. */
export function erf(x: Tensor): Tensor {
  return differentiable('erf', [x], () => tf.erf(x), [
    (dy) => mul(dy, mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI))),
  ]);
}
