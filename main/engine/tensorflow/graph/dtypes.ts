import type { DataType } from '../native/load';
import { AppError } from '@shared/errors';

/** TensorFlow's numbers for the element types that cross its C API here. */
export const tfType = {
  float32: 1,
  int32: 3,
  uint8: 4,
  string: 7,
  complex64: 8,
  int64: 9,
  bool: 10,
  resource: 20,
} as const;

/**
 * Element types of feeds. `uint8` is for pixels: it takes a quarter of the bytes and is cast to int32 inside the graph.
 */
export type FeedType = 'float32' | 'int32' | 'bool' | 'uint8';
export type VariableType = 'float32' | 'int32';
export type HostArray = Float32Array | Int32Array | Uint8Array;

/** A tensor's values on our side of the binding. */
export interface HostTensor {
  data: HostArray;
  shape: number[];
  dtype: 'float32' | 'int32' | 'bool';
}

export function tfTypeOf(dtype: DataType): number {
  return tfType[dtype];
}

export function hostTypeOf(type: number): HostTensor['dtype'] {
  if (type === tfType.float32) return 'float32';
  if (type === tfType.int32) return 'int32';
  if (type === tfType.bool) return 'bool';
  throw new AppError(
    'CAPTURE',
    `A function returned a tensor of TensorFlow type ${type}.`,
    'Cast it to float32, int32 or bool.',
  );
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** The value of a scalar result. */
export function item(tensor: HostTensor): number {
  const [value] = tensor.data;
  if (value === undefined || tensor.data.length !== 1) {
    throw new AppError('INTERNAL', `Expected one value, found a tensor of shape [${tensor.shape.join(', ')}].`);
  }
  return value;
}
