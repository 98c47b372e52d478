import { type Tensor, tf } from '../native/load';
import { kernel } from './kernel';

/** Comparisons and logic: bool tensors, broadcast, no gradient (tfjs throws on most of them under a tape). */
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

/** a where the condition (bool) holds, b elsewhere; broadcast. The gradient goes to the one that was taken. */
export const where = (condition: Tensor, a: Operand, b: Operand): Tensor =>
  tf.where(condition, typeof a === 'number' ? tf.scalar(a) : a, typeof b === 'number' ? tf.scalar(b) : b);

function operand(like: Tensor, value: Operand): Tensor {
  return typeof value === 'number' ? tf.scalar(value, like.dtype) : value;
}
