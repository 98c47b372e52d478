import type { Tensor } from '../native/load';
import { sum } from './broadcast';
import { add, div, maximum, mul, sqrt, square, sub } from './arithmetic';
import { differentiable, kernel, require, untaped } from './kernel';

/** Below this length a vector has no direction. */
const SMALLEST = 1e-6;

/**
 * Returns the values of `quantized` and passes the gradient to `x` through the rotation and rescaling that takes x to
 * it, held constant (Fifty et al. 2024, “Restructuring vector quantization with the rotation trick”, section 4.2):
 *
 *   q = λ R x,  R = I − 2 r rᵀ + 2 q̂ x̂ᵀ,  r = (x̂ + q̂) / ‖x̂ + q̂‖,  λ = ‖q‖ / ‖x‖;   so dx = λ Rᵀ dy
 *
 * @param x [..., D]
 * @param quantized [..., D], the nearest codebook vectors
 */
export function rotationTrick(x: Tensor, quantized: Tensor): Tensor {
  require(x.shape.join() === quantized.shape.join(), 'rotationTrick', () =>
    `[${x.shape.join()}] and [${quantized.shape.join()}] differ`);
  return differentiable('rotationTrick', [x], () => kernel('StopGradient', [quantized]), [
    (dy) => {
      const { from, to, between, scale } = untaped(() => {
        const [length, target] = [norm(x), norm(quantized)];
        const [u, q] = [div(x, maximum(length, SMALLEST)), div(quantized, maximum(target, SMALLEST))];
        const middle = add(u, q);
        const r = div(middle, maximum(norm(middle), SMALLEST));
        return { from: u, to: q, between: r, scale: div(target, maximum(length, SMALLEST)) };
      });
      const mirrored = mul(between, mul(dot(dy, between), 2));
      const turned = mul(from, mul(dot(dy, to), 2));
      return mul(add(sub(dy, mirrored), turned), scale);
    },
  ]);
}

const dot = (a: Tensor, b: Tensor): Tensor => sum(mul(a, b), -1, true);
const norm = (x: Tensor): Tensor => sqrt(sum(square(x), -1, true));
