import { type Tensor, tf } from '../native/load';
import { sumTo } from './broadcast';
import { differentiable, kernel } from './kernel';

/** a where the condition (bool) holds, b elsewhere; broadcasts. The gradient goes to the operand that was taken. */
export function where(condition: Tensor, a: Tensor | number, b: Tensor | number): Tensor {
  const [taken, other] = [operand(a, b), operand(b, a)];
  return differentiable('where', [taken, other], () => kernel('SelectV2', [condition, taken, other]), [
    (dy) => sumTo(where(condition, dy, 0), taken.shape),
    (dy) => sumTo(where(condition, 0, dy), other.shape),
  ]);
}

function operand(value: Tensor | number, beside: Tensor | number): Tensor {
  return typeof value === 'number' ? tf.scalar(value, typeof beside === 'number' ? 'float32' : beside.dtype) : value;
}
