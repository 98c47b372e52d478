import { AppError } from '@shared/errors';
import { type Tensor, type TensorInfo, backend, tf } from '../native/load';
import type { OpAttribute } from '../native/binding';
import { tfType } from '../graph/dtypes';
import { type PartGradient, tapedParts } from '../graph/tape';

export { type PartGradient, isTaping, tapedParts, untaped } from '../graph/tape';

type AttributeInput = string | number | boolean | readonly number[] | { dtype: 'float32' | 'int32' | 'bool' };

/**
 * Calls a TensorFlow kernel directly. Without `differentiable` around it, it refuses to be differentiated, and within
 * `untaped` its result is a constant. Types of inputs are inferred and needn't be given; a type that isn't an input's
 * is `{ dtype }`, a float attribute is `float(x)`.
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

/** Computes the gradient of one of an op's inputs from the gradient of its output y. */
export type Gradient = (dy: Tensor, y: Tensor) => Tensor;

/**
 * An op with one output: `forward` computes it, `gradients` hold one function for each of `inputs`, called only where
 * that gradient is wanted. Gradients written in ops can be differentiated again; a bare `kernel` in them is refused
 * there by name. Inputs that no gradient passes to are not listed.
 */
export function differentiable(
  op: string,
  inputs: readonly Tensor[],
  forward: () => Tensor,
  gradients: readonly Gradient[],
): Tensor {
  const parts = gradients.map(
    (gradient): PartGradient =>
      ([dy], [y]) =>
        gradient(dy as Tensor, y as Tensor),
  );
  return tapedParts(op, inputs, () => [forward()], parts)[0] as Tensor;
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
