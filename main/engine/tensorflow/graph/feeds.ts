import { AppError } from '@shared/errors';
import { type Tensor, backend, tf } from '../native/load';
import type { FeedSpec } from './capture';
import { type HostArray, type HostTensor, hostTypeOf, sizeOf, tfType } from './dtypes';
import type { TensorMetadata } from '../native/binding';

export type FeedValue = HostArray | readonly number[] | number | Tensor;

/** A feed's native tensor, and whether we must delete it. */
export interface NativeFeed {
  id: number;
  owned: boolean;
}

/**
 * Makes a native tensor of the declared shape and type from a value. Typed arrays of the right kind are not copied
 * here: TensorFlow reads their memory (or, where it isn't aligned, copies it once) and lets go of it before the call
 * returns.
 * @throws BAD_REQUEST naming the feed, for a wrong type or number of values
 */
export function nativeFeed(
  functionName: string,
  name: string,
  spec: FeedSpec,
  value: FeedValue | undefined,
): NativeFeed {
  if (value instanceof tf.Tensor) return { id: tensorFeed(functionName, name, spec, value), owned: false };
  const array = feedArray(functionName, name, spec, value);
  return { id: backend.binding.createTensor([...spec.shape], tfType[spec.dtype], array), owned: true };
}

/** The feed as the tensor that a function sees when it runs eagerly. */
export function eagerFeed(functionName: string, name: string, spec: FeedSpec, value: FeedValue | undefined): Tensor {
  if (value instanceof tf.Tensor) {
    tensorFeed(functionName, name, spec, value);
    return value.clone();
  }
  const array = feedArray(functionName, name, spec, value);
  const dtype = spec.dtype === 'uint8' ? 'int32' : spec.dtype;
  return tf.tensor(spec.dtype === 'uint8' ? Int32Array.from(array) : array.slice(), [...spec.shape], dtype);
}

/** Copies a native tensor's values out. */
export function hostTensor(metadata: TensorMetadata): HostTensor {
  return {
    data: backend.binding.tensorDataSync(metadata.id),
    shape: metadata.shape,
    dtype: hostTypeOf(metadata.dtype),
  };
}

function feedArray(
  functionName: string,
  name: string,
  spec: FeedSpec,
  value: Exclude<FeedValue, Tensor> | undefined,
): HostArray {
  const expected = sizeOf(spec.shape);
  const wanted = `"${functionName}" expects ${name} as ${spec.dtype} [${spec.shape.join(', ')}] (${expected} values)`;
  if (value === undefined) throw new AppError('BAD_REQUEST', `${wanted}, but it is missing.`, '', { field: name });
  const array = toArray(value, spec.dtype);
  if (!array) throw new AppError('BAD_REQUEST', `${wanted}, not a ${value.constructor.name}.`, '', { field: name });
  if (array.length !== expected)
    throw new AppError('BAD_REQUEST', `${wanted}, not ${array.length}.`, '', { field: name });
  return array;
}

function toArray(value: HostArray | readonly number[] | number, dtype: FeedSpec['dtype']): HostArray | undefined {
  const kind = { float32: Float32Array, int32: Int32Array, bool: Uint8Array, uint8: Uint8Array }[dtype];
  if (typeof value === 'number') return kind.of(value);
  if (Array.isArray(value)) return kind.from(value);
  return value instanceof kind ? value : undefined;
}

function tensorFeed(functionName: string, name: string, spec: FeedSpec, tensor: Tensor): number {
  const fits =
    tensor.dtype === spec.dtype &&
    tensor.shape.length === spec.shape.length &&
    tensor.shape.every((side, axis) => side === spec.shape[axis]);
  if (!fits) {
    throw new AppError(
      'BAD_REQUEST',
      `"${functionName}" expects ${name} as ${spec.dtype} [${spec.shape.join(', ')}], not ${tensor.dtype} [${tensor.shape.join(', ')}].`,
      '',
      { field: name },
    );
  }
  const [id] = backend.getInputTensorIds([tensor]);
  if (id === undefined) throw new AppError('INTERNAL', `The tensor fed as ${name} has no native tensor.`);
  return id;
}
