import { AppError } from '@shared/errors';
import { type Tensor, type TensorInfo, backend, tf } from '../native/load';
import type { OpAttribute } from '../native/binding';
import { tfType } from '../graph/dtypes';

type AttributeInput = string | number | boolean | readonly number[] | { dtype: 'float32' | 'int32' | 'bool' };

/**
 * Calls a TensorFlow kernel directly. The result isn't on tfjs's tape: without `differentiable` around it, it counts as
 * a constant. Types of inputs are inferred and needn't be given; a type that isn't an input's is `{ dtype }`, a float
 * attribute is `float(x)`.
 */
export function kernel(
  op: string,
  inputs: readonly TensorInfo[],
  attributes: Record<string, AttributeInput | Float> = {},
): Tensor {
  return backend.executeSingleOutput(op, opAttributes(attributes), [...inputs]);
}

export function kernels(
  op: string,
  inputs: readonly TensorInfo[],
  outputs: number,
  attributes: Record<string, AttributeInput | Float> = {},
): Tensor[] {
  return backend.executeMultipleOutputs(op, opAttributes(attributes), [...inputs], outputs);
}

interface Float {
  float: number;
}

export function float(value: number): Float {
  return { float: value };
}

/**
 * An op with a gradient of ours: `forward` computes it and names what `backward` needs again (those tensors stay alive
 * until then); `backward` gives the gradient of each of `inputs`, of its shape.
 */
export function differentiable(
  inputs: readonly Tensor[],
  forward: () => { value: Tensor; saved: readonly Tensor[] },
  backward: (dy: Tensor, saved: readonly Tensor[]) => Tensor | Tensor[],
): Tensor {
  const op = tf.customGrad((...args) => {
    const save = args[args.length - 1] as unknown as (tensors: readonly Tensor[]) => void;
    const { value, saved } = forward();
    save(saved);
    return { value, gradFunc: (dy: Tensor, kept: Tensor[]) => backward(dy, kept) };
  });
  return op(...inputs);
}

/** The `index`th saved tensor. */
export function at(tensors: readonly Tensor[], index: number): Tensor {
  const tensor = tensors[index];
  if (!tensor) throw new AppError('INTERNAL', `A gradient needs the saved tensor ${index}, which isn't there.`);
  return tensor;
}

export function require(condition: boolean, op: string, message: () => string): void {
  if (!condition) throw new AppError('INTERNAL', `${op}: ${message()}`);
}

export function requireRank(op: string, name: string, tensor: Tensor, rank: number): void {
  require(tensor.rank === rank, op, () => `${name} must have ${rank} axes, not [${tensor.shape.join(', ')}]`);
}

export function requireInt32(op: string, name: string, tensor: Tensor): void {
  require(tensor.dtype === 'int32', op, () => `${name} must be int32, not ${tensor.dtype}`);
}

export function int32(values: readonly number[]): Tensor {
  return tf.tensor1d([...values], 'int32');
}

function opAttributes(attributes: Record<string, AttributeInput | Float>): OpAttribute[] {
  return Object.entries(attributes).map(([name, value]) => ({ name, ...attributeValue(value) }));
}

function attributeValue(value: AttributeInput | Float): { type: number; value: unknown } {
  const kinds = backend.binding;
  if (typeof value === 'string') return { type: kinds.TF_ATTR_STRING, value };
  if (typeof value === 'number') return { type: kinds.TF_ATTR_INT, value };
  if (typeof value === 'boolean') return { type: kinds.TF_ATTR_BOOL, value };
  if ('dtype' in value) return { type: kinds.TF_ATTR_TYPE, value: tfType[value.dtype] };
  if ('float' in value) return { type: kinds.TF_ATTR_FLOAT, value: value.float };
  return { type: kinds.TF_ATTR_INT, value: [...value] };
}
