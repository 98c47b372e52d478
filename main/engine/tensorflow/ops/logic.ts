import { type Tensor, tf } from '../native/load';
import { kernel } from './kernel';

/** Comparisons and logic: bool tensors, broadcast. Constants to a gradient. */
type Operand = Tensor | number;

const compare =
  (op: string) =>
  (a: Tensor, b: Operand): Tensor =>
    kernel(op, [a, operand(a, b)]);

export const greater = compare('Greater');
export const greaterEqual = compare('GreaterEqual');
export const less = compare('Less');
export const lessEqual = compare('LessEqual');
export const equal = compare('Equal');
export const notEqual = compare('NotEqual');
export const logicalAnd = (a: Tensor, b: Tensor): Tensor => kernel('LogicalAnd', [a, b]);
export const logicalOr = (a: Tensor, b: Tensor): Tensor => kernel('LogicalOr', [a, b]);
export const logicalNot = (x: Tensor): Tensor => kernel('LogicalNot', [x]);

/** False where x is infinite or not a number. */
export const isFinite = (x: Tensor): Tensor => kernel('IsFinite', [x]);

function operand(like: Tensor, value: Operand): Tensor {
  return typeof value === 'number' ? tf.scalar(value, like.dtype) : value;
}
