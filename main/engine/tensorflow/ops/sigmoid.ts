import type { Tensor } from '../native/load';
import { mul, sub } from './arithmetic';
import { differentiable, kernel } from './kernel';

/** The two functions whose gradients are computed from their outputs. Any order of gradient. */

export function tanh(x: Tensor): Tensor {
  return differentiable('tanh', [x], () => kernel('Tanh', [x]), [(dy, y) => tanhGradient(y, dy)]);
}

/** dy · (1 − y²) */
function tanhGradient(y: Tensor, dy: Tensor): Tensor {
  return differentiable('tanhGradient', [y, dy], () => kernel('TanhGrad', [y, dy]), [
    (d) => mul(mul(d, dy), mul(y, -2)),
    (d) => tanhGradient(y, d),
  ]);
}

/** 1 / (1 + exp(−x)) */
export function sigmoid(x: Tensor): Tensor {
  return differentiable('sigmoid', [x], () => kernel('Sigmoid', [x]), [(dy, y) => sigmoidGradient(y, dy)]);
}

/** dy · y · (1 − y) */
function sigmoidGradient(y: Tensor, dy: Tensor): Tensor {
  return differentiable('sigmoidGradient', [y, dy], () => kernel('SigmoidGrad', [y, dy]), [
    (d) => mul(mul(d, dy), sub(1, mul(y, 2))),
    (d) => sigmoidGradient(y, d),
  ]);
}
