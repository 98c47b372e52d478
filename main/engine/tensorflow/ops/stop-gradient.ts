import type { Tensor } from '../native/load';
import { mul } from './arithmetic';
import { differentiable, kernel, require, untaped } from './kernel';

/** The same values, as a constant: no gradient passes. Written sg[·] in the papers. */
export function stopGradient(x: Tensor): Tensor {
  return untaped(() => kernel('StopGradient', [x]));
}

/**
 * Returns the values of `quantized` and passes the gradient to `x` unchanged (the straight-through estimator, Bengio et
 * al. 2013; x + sg[quantized − x] in the papers, but with exact values). Both have the same shape.
 */
export function straightThrough(x: Tensor, quantized: Tensor): Tensor {
  require(x.shape.join() === quantized.shape.join(), 'straightThrough', () =>
    `[${x.shape.join()}] and [${quantized.shape.join()}] differ`);
  return differentiable('straightThrough', [x], () => kernel('StopGradient', [quantized]), [(dy) => dy]);
}

/**
 * Returns the same values; on the way back the gradient is multiplied by `factor`, which is called only then and so may
 * depend on what is computed from the result. The factor broadcasts to the shape of x, and counts as a constant.
 */
export function scaleGradient(x: Tensor, factor: () => Tensor): Tensor {
  return differentiable('scaleGradient', [x], () => kernel('StopGradient', [x]), [
    (dy) => mul(dy, stopGradient(factor())),
  ]);
}
