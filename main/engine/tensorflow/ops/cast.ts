import { type Tensor, tf } from '../native/load';
import { differentiable } from './kernel';

/** Converts to another element type; float to int32 truncates, and no gradient passes there. */
export function cast(x: Tensor, dtype: 'float32' | 'int32' | 'bool'): Tensor {
  return differentiable('cast', [x], () => tf.cast(x, dtype), [(dy) => dy]);
}
