import { type Tensor } from '../native/load';
import { add, mul, sub, square } from './arithmetic';
import { erf, exp } from './exponentials';
import { differentiable, float, kernel } from './kernel';
import { tanh, sigmoid } from './sigmoid';
import { less } from './logic';
import { where } from './where';

/** max(x, 0). The gradient at 0 is 0. Free after a bias: TensorFlow fuses both into the convolution. */
export function relu(x: Tensor): Tensor {
  return differentiable('relu', [x], () => kernel('Relu', [x]), [(dy, y) => reluGradient(dy, y)]);
}

function reluGradient(dy: Tensor, y: Tensor): Tensor {
  return differentiable('reluGradient', [dy], () => kernel('ReluGrad', [dy, y]), [(d) => reluGradient(d, y)]);
}

/** min(max(x, 0), 6), as in MobileNets. Fused like `relu`. */
export function relu6(x: Tensor): Tensor {
  return differentiable('relu6', [x], () => kernel('Relu6', [x]), [(dy, y) => relu6Gradient(dy, y)]);
}

function relu6Gradient(dy: Tensor, y: Tensor): Tensor {
  return differentiable('relu6Gradient', [dy], () => kernel('Relu6Grad', [dy, y]), [(d) => relu6Gradient(d, y)]);
}

/** x where positive, alpha · x elsewhere; alpha > 0. */
export function leakyRelu(x: Tensor, alpha = 0.2): Tensor {
  return differentiable('leakyRelu', [x], () => kernel('LeakyRelu', [x], { alpha: float(alpha) }), [
    // y has the sign of x; x must have no other use, or bias and activation can't be fused into the convolution.
    (dy, y) => leakyReluGradient(dy, y, alpha),
  ]);
}

function leakyReluGradient(dy: Tensor, y: Tensor, alpha: number): Tensor {
  return differentiable('leakyReluGradient', [dy], () => kernel('LeakyReluGrad', [dy, y], { alpha: float(alpha) }), [
    (d) => leakyReluGradient(d, y, alpha),
  ]);
}

/** x where positive, exp(x) − 1 elsewhere. */
export function elu(x: Tensor): Tensor {
  return differentiable('elu', [x], () => kernel('Elu', [x]), [(dy, y) => eluGradient(dy, y)]);
}

/** dy where y is positive, dy · (y + 1) elsewhere. */
function eluGradient(dy: Tensor, y: Tensor): Tensor {
  return differentiable('eluGradient', [dy, y], () => kernel('EluGrad', [dy, y]), [
    (d) => eluGradient(d, y),
    (d) => where(less(y, 0), mul(d, dy), 0),
  ]);
}

/** log(1 + exp(x)), without overflow. */
export function softplus(x: Tensor): Tensor {
  return differentiable('softplus', [x], () => kernel('Softplus', [x]), [(dy) => softplusGradient(dy, x)]);
}

/** dy · sigmoid(x) */
function softplusGradient(dy: Tensor, x: Tensor): Tensor {
  return differentiable('softplusGradient', [dy, x], () => kernel('SoftplusGrad', [dy, x]), [
    (d) => softplusGradient(d, x),
    (d) => {
      const s = sigmoid(x);
      return mul(mul(d, dy), mul(s, sub(1, s)));
    },
  ]);
}

/** x · sigmoid(x), also called swish. */
export function silu(x: Tensor): Tensor {
  return mul(x, sigmoid(x));
}

/** x · Φ(x) with the exact normal distribution function Φ (Hendrycks and Gimpel 2016). */
export function gelu(x: Tensor): Tensor {
  return differentiable('gelu', [x], () => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1)), [
    (dy) => {
      // Φ(x) + x φ(x), from parts of the forward pass, which TensorFlow then computes only once: each pass over a wide layer is
      // bound by memory
      const scaled = mul(x, Math.SQRT1_2);
      const distribution = mul(add(erf(scaled), 1), 0.5);
      const density = exp(sub(Math.log(2 / Math.PI) / 2, square(scaled))); // 2 φ(x)
      return mul(dy, add(distribution, mul(mul(x, 0.5), density)));
    },
  ]);
}

/** GELU with the approximation of Φ by tanh, as in GPT-2: x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))). */
export function geluTanh(x: Tensor): Tensor {
  const inner = mul(mul(x, add(mul(square(x), 0.044715), 1)), Math.sqrt(2 / Math.PI));
  return mul(mul(x, 0.5), add(tanh(inner), 1));
}
