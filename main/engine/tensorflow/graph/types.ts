import type { OpAttribute } from '../native/binding';
import type { Tensor } from '../native/load';
import type { VariableType } from './dtypes';

/** State of a program: a weight, an optimizer slot, a counter. Its value lives in the program's session. */
export interface Variable {
  /** Unique in its program, `/` between levels: `encoder/conv1/kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: VariableType;
  readonly trainable: boolean;
  /** What an optimizer multiplies its learning rate by for this variable. */
  readonly learningRate: number;
  /** In a function: the value from before the call. Outside: a fresh tensor, which the caller disposes of. */
  read(): Tensor;
  /** The value now, also inside a function: a fresh tensor. */
  current(): Tensor;
  /** Sets the value from outside a program's functions; inside them use `assign` of this folder. */
  assign(value: Tensor): void;
  belongsTo(home: VariableHome): boolean;
}

/** Where a program keeps the values of its variables between calls. */
export interface VariableHome {
  fetch(variable: Variable): Tensor;
  store(variable: Variable, value: Tensor): void;
}

/**
 * A change of variables by one of TensorFlow's own update kernels, whose inputs are the handles of `targets`, then
 * `inputs`. Whatever order a function is written in, updates run after all reads: every `read()` in a call sees the
 * value from before it, and a variable is updated at most once in a call.
 */
export interface Update {
  op: string;
  targets: readonly Variable[];
  inputs: readonly Tensor[];
  attributes: readonly OpAttribute[];
  /** Taken from the first target before `op` runs on what is left; of its shape. */
  decrease?: Tensor;
}

/**
 * A change of state that belongs to a training step but is no gradient's.
 * - `assign`: the variable takes the value.
 * - `replaceRows`: where `rows` (bool [K]) holds, rows of a variable that the optimizer trains take `values`, whatever its
 *   gradient says, and the optimizer forgets what it knew about them.
 */
export type VariableUpdate =
  | { kind: 'assign'; variable: Variable; value: Tensor }
  | { kind: 'replaceRows'; variable: Variable; rows: Tensor; values: Tensor };

/** What a program's function may do besides calling ops, whether it is being captured or runs eagerly. */
export interface FunctionContext {
  readonly functionName: string;
  /** The variable's value from before this call; the same tensor each time. */
  valueOf(variable: Variable): Tensor;
  /** Notes a change of variables, to happen after everything in the function has read them. */
  update(update: Update): void;
  /** Allows a tensor from outside to be baked into the graph. */
  bakeIn(tensor: Tensor): void;
}
