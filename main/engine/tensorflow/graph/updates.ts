import { AppError } from '@shared/errors';
import { type Tensor, tf } from '../native/load';
import type { OpAttribute } from '../native/binding';
import { requireContext } from './context';
import type { Variable } from './types';

export interface AdamSettings {
  learningRate: number | Tensor;
  beta1: number | Tensor;
  beta2: number | Tensor;
  epsilon: number | Tensor;
  /** beta1 and beta2 to the power of the step, counted from 1. */
  beta1Power: number | Tensor;
  beta2Power: number | Tensor;
}

/** `variable ← value`. */
export function assign(variable: Variable, value: Tensor): void {
  sameShape('assign', variable, value);
  update('assign', 'AssignVariableOp', [variable], [value]);
}

/** `variable ← variable + value`. */
export function assignAdd(variable: Variable, value: Tensor): void {
  sameShape('assignAdd', variable, value);
  update('assignAdd', 'AssignAddVariableOp', [variable], [value]);
}

/** `variable ← variable − value`. */
export function assignSub(variable: Variable, value: Tensor): void {
  sameShape('assignSub', variable, value);
  update('assignSub', 'AssignSubVariableOp', [variable], [value]);
}

/**
 * Adam (Kingma and Ba 2015) in one kernel, in the form of section 2's end, where epsilon is added to sqrt(v) before the
 * bias corrections: `m ← m + (g − m)(1 − β₁)`, `v ← v + (g² − v)(1 − β₂)`,
 * `variable ← variable − learningRate · sqrt(1 − β₂ᵗ)/(1 − β₁ᵗ) · m/(sqrt(v) + ε)`.
 * `decrease`, such as decoupled weight decay, is taken from the variable first.
 */
export function applyAdam(
  variable: Variable,
  slots: { m: Variable; v: Variable },
  gradient: Tensor,
  settings: AdamSettings,
  decrease?: Tensor,
): void {
  sameShape('applyAdam', variable, gradient);
  const { beta1Power, beta2Power, learningRate, beta1, beta2, epsilon } = settings;
  const numbers = [beta1Power, beta2Power, learningRate, beta1, beta2, epsilon].map(scalar);
  update('applyAdam', 'ResourceApplyAdam', [variable, slots.m, slots.v], [...numbers, gradient], [], decrease);
}

/**
 * Momentum that doesn't include the learning rate, so that a change of the rate takes effect at once (PyTorch's form;
 * Keras's includes it): `a ← momentum · a + g`, `variable ← variable − learningRate · a`, with Nesterov `variable ←
 * variable − learningRate · (g + momentum · a)`.
 */
export function applyMomentum(
  variable: Variable,
  accumulator: Variable,
  gradient: Tensor,
  settings: { learningRate: number | Tensor; momentum: number | Tensor; nesterov?: boolean },
): void {
  sameShape('applyMomentum', variable, gradient);
  const inputs = [scalar(settings.learningRate), gradient, scalar(settings.momentum)];
  const nesterov = boolAttribute('use_nesterov', settings.nesterov ?? false);
  update('applyMomentum', 'ResourceApplyMomentum', [variable, accumulator], inputs, [nesterov]);
}

/** `variable ← variable − learningRate · g`. */
export function applySgd(variable: Variable, gradient: Tensor, settings: { learningRate: number | Tensor }): void {
  sameShape('applySgd', variable, gradient);
  update('applySgd', 'ResourceApplyGradientDescent', [variable], [scalar(settings.learningRate), gradient]);
}

function update(
  caller: string,
  op: string,
  targets: Variable[],
  inputs: Tensor[],
  attributes: OpAttribute[] = [],
  decrease?: Tensor,
): void {
  requireContext(caller).update({ op, targets, inputs, attributes, ...(decrease ? { decrease } : {}) });
}

function scalar(value: number | Tensor): Tensor {
  return typeof value === 'number' ? tf.scalar(value, 'float32') : value;
}

function boolAttribute(name: string, value: boolean): OpAttribute {
  return { name, type: 3, value };
}

function sameShape(caller: string, variable: Variable, value: Tensor): void {
  const same =
    value.shape.length === variable.shape.length && value.shape.every((side, axis) => side === variable.shape[axis]);
  if (same && value.dtype === variable.dtype) return;
  throw new AppError(
    'CAPTURE',
    `${caller}: "${variable.name}" is ${variable.dtype} [${variable.shape.join(', ')}], the value ${value.dtype} [${value.shape.join(', ')}].`,
  );
}
