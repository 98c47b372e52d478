import type { Variable } from '../../tensorflow/graph';
import type { Hyper } from '../../nn';
import type { Tensor } from '../../tensorflow/native/load';
import * as ops from '../../tensorflow/ops';

/** Rows of a trained variable that take other values than their gradient says; see `VariableUpdate`. */
export interface RowReplacement {
  /** bool [K] */
  rows: Tensor;
  /** Has the variable's shape. */
  values: Tensor;
}

/** What every optimizer is given of the specification besides its own numbers. */
export interface UpdateRule {
  /**
   * Notes the update of one variable and of what the optimizer knows about it, once a step; rows of `replaced` take
   * their values, and what was known about them is forgotten. Only inside a function of the program.
   */
  update(variable: Variable, gradient: Tensor, replaced?: RowReplacement): void;
  /** Forgets what is known about rows (bool [K]) of a variable that isn't updated in this call. */
  forget(variable: Variable, rows: Tensor): void;
}

/** The learning rate of one variable: the run's times its own factor. */
export function rateOf({ learningRate }: Pick<Variable, 'learningRate'>, rate: Hyper): number | Tensor {
  return learningRate === 1 ? rate() : ops.mul(rate(), learningRate);
}

/** Decoupled weight decay is for kernels alone: not for biases, norms, codebooks and embedding tables. */
export function decays({ name, shape }: Pick<Variable, 'name' | 'shape'>): boolean {
  return shape.length >= 2 && /(^|\/)kernel$/.test(name);
}
