import { type Tensor, tf } from '../native/load';

/** Another element type; float to int32 cuts the fraction off. */
export const cast = (x: Tensor, dtype: 'float32' | 'int32' | 'bool'): Tensor => tf.cast(x, dtype);
