import { type Tensor, tf } from '../native/load';
import { at, differentiable, float, kernel } from './kernel';

/** max(x, 0). The gradient at 0 is 0. Follows a bias without cost: TensorFlow fuses both into the convolution. */
export function relu(x: Tensor): Tensor {
  return fromOutput(x, 'Relu', (dy, y) => kernel('ReluGrad', [dy, y]));
}

/** x where positive, alpha · x elsewhere. */
export function leakyRelu(x: Tensor, alpha = 0.2): Tensor {
  return differentiable(
    [x],
    () => ({ value: kernel('LeakyRelu', [x], { alpha: float(alpha) }), saved: [x] }),
    (dy, saved) => kernel('LeakyReluGrad', [dy, at(saved, 0)], { alpha: float(alpha) }),
  );
}

/** x where positive, exp(x) − 1 elsewhere. */
export function elu(x: Tensor): Tensor {
  return fromOutput(x, 'Elu', (dy, y) => kernel('EluGrad', [dy, y]));
}

export function tanh(x: Tensor): Tensor {
  return fromOutput(x, 'Tanh', (dy, y) => kernel('TanhGrad', [y, dy]));
}

export function sigmoid(x: Tensor): Tensor {
  return fromOutput(x, 'Sigmoid', (dy, y) => kernel('SigmoidGrad', [y, dy]));
}

/** log(1 + exp(x)), without overflow. */
export function softplus(x: Tensor): Tensor {
  return differentiable(
    [x],
    () => ({ value: kernel('Softplus', [x]), saved: [x] }),
    (dy, saved) => kernel('SoftplusGrad', [dy, at(saved, 0)]),
  );
}

/** x · sigmoid(x), also called swish. */
export function silu(x: Tensor): Tensor {
  return tf.mul(x, sigmoid(x));
}

/** x · Φ(x) with the exact normal distribution function (Hendrycks and Gimpel 2016). */
export function gelu(x: Tensor): Tensor {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}

function fromOutput(x: Tensor, op: string, gradient: (dy: Tensor, y: Tensor) => Tensor): Tensor {
  return differentiable(
    [x],
    () => {
      const value = kernel(op, [x]);
      return { value, saved: [value] };
    },
    (dy, saved) => gradient(dy, at(saved, 0)),
  );
}
