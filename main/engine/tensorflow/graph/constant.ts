import { type DataType, type Tensor, type TensorLike, tf } from '../native/load';
import { requireContext } from './context';

/**
 * A tensor that is part of the function itself: the same in every call. The only way to use a tensor made outside the
 * function; at most 64 KiB, unless all its values are equal. What changes between calls is a feed or a variable.
 */
export function constant(value: Tensor | TensorLike, shape?: number[], dtype?: DataType): Tensor {
  const context = requireContext('constant');
  const tensor = value instanceof tf.Tensor ? value : tf.tensor(value, shape, dtype);
  context.bakeIn(tensor);
  return tensor;
}
