import { type Tensor, tf } from '../native/load';
import { sumTo } from './broadcast';
import { differentiable } from './kernel';
import { greaterEqual, lessEqual, logicalAnd } from './logic';
import { sign } from './rounding';
import { where } from './where';

/** Element-wise arithmetic with broadcasting; a number counts as a scalar. Any order of gradient. */
export type Operand = Tensor | number;

export function add(a: Operand, b: Operand): Tensor {
  return binary(
    'add',
    a,
    b,
    (x, y) => tf.add(x, y),
    () => [(dy) => dy, (dy) => dy],
  );
}

export function sub(a: Operand, b: Operand): Tensor {
  return binary(
    'sub',
    a,
    b,
    (x, y) => tf.sub(x, y),
    () => [(dy) => dy, (dy) => neg(dy)],
  );
}

export function mul(a: Operand, b: Operand): Tensor {
  return binary(
    'mul',
    a,
    b,
    (x, y) => tf.mul(x, y),
    (x, y) => [(dy) => mul(dy, y), (dy) => mul(dy, x)],
  );
}

export function div(a: Operand, b: Operand): Tensor {
  return binary(
    'div',
    a,
    b,
    (x, y) => tf.div(x, y),
    (_x, y) => [(dy) => div(dy, y), (dy, quotient) => neg(div(mul(dy, quotient), y))],
  );
}

/** Element-wise minimum; the gradient goes to the smaller operand (the first where they are equal). */
export function minimum(a: Operand, b: Operand): Tensor {
  return binary(
    'minimum',
    a,
    b,
    (x, y) => tf.minimum(x, y),
    (x, y) => {
      const isFirst = () => lessEqual(x, y);
      return [(dy) => where(isFirst(), dy, 0), (dy) => where(isFirst(), 0, dy)];
    },
  );
}

/** Element-wise maximum; the gradient goes to the larger operand (the first where they are equal). */
export function maximum(a: Operand, b: Operand): Tensor {
  return binary(
    'maximum',
    a,
    b,
    (x, y) => tf.maximum(x, y),
    (x, y) => {
      const isFirst = () => greaterEqual(x, y);
      return [(dy) => where(isFirst(), dy, 0), (dy) => where(isFirst(), 0, dy)];
    },
  );
}

export function neg(x: Tensor): Tensor {
  return differentiable('neg', [x], () => tf.neg(x), [(dy) => neg(dy)]);
}

/** The gradient at 0 is 0. */
export function abs(x: Tensor): Tensor {
  return differentiable('abs', [x], () => tf.abs(x), [(dy) => mul(dy, sign(x))]);
}

export function square(x: Tensor): Tensor {
  return differentiable('square', [x], () => tf.square(x), [(dy) => mul(dy, mul(x, 2))]);
}

export function sqrt(x: Tensor): Tensor {
  return differentiable('sqrt', [x], () => tf.sqrt(x), [(dy, y) => div(mul(dy, 0.5), y)]);
}

/** 1 / √x */
export function rsqrt(x: Tensor): Tensor {
  return differentiable('rsqrt', [x], () => tf.rsqrt(x), [(dy, y) => mul(mul(dy, -0.5), mul(y, square(y)))]);
}

/** `x` limited to [low, high]; the gradient is zero where it was limited. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  return differentiable('clip', [x], () => tf.clipByValue(x, low, high), [
    (dy) => where(logicalAnd(greaterEqual(x, low), lessEqual(x, high)), dy, 0),
  ]);
}

type OperandGradient = (dy: Tensor, result: Tensor) => Tensor;

/** An op of two operands; its gradients are summed over what was broadcast. */
export function binary(
  op: string,
  left: Operand,
  right: Operand,
  forward: (a: Tensor, b: Tensor) => Tensor,
  gradients: (a: Tensor, b: Tensor) => [OperandGradient, OperandGradient],
): Tensor {
  const [a, b] = [asTensor(left), asTensor(right)];
  const [toA, toB] = gradients(a, b);
  return differentiable(op, [a, b], () => forward(a, b), [
    (dy, y) => sumTo(toA(dy, y), a.shape),
    (dy, y) => sumTo(toB(dy, y), b.shape),
  ]);
}

function asTensor(value: Operand): Tensor {
  return typeof value === 'number' ? tf.scalar(value) : value;
}
