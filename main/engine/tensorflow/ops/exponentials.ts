import { type Tensor, tf } from '../native/load';
import { type Operand, binary, div, mul, neg, square, sub } from './arithmetic';
import { differentiable } from './kernel';
import { greater } from './logic';
import { where } from './where';

/** Powers, exponential, trigonometric and error functions, element by element. Any order of gradient. */

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

/** a to the power b. Where a isn't positive, no gradient passes to b. */
export function pow(a: Operand, b: Operand): Tensor {
  return binary(
    'pow',
    a,
    b,
    (x, y) => tf.pow(x, y),
    (x, y) => [
      (dy) => mul(dy, mul(y, pow(x, sub(y, 1)))),
      (dy, power) => mul(mul(dy, power), log(where(greater(x, 0), x, 1))),
    ],
  );
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
