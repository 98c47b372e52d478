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
  /** Factor on the optimizer's learning rate for this variable. */
  readonly learningRate: number;
  /** Inside a function the value from before the call; outside a fresh tensor, which the caller disposes of. */
  read(): Tensor;
  /** The present value as a fresh tensor, also inside a function. */
  current(): Tensor;
  /** Sets the value from outside a program's functions; inside them use `assign`. */
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
  /** Subtracted from the first target, whose shape it has, before `op` runs on the difference. */
  decrease?: Tensor;
}

/**
 * A change of state that belongs to a training step but is no gradient's.
 * - `assign`: the variable takes the value.
 * - `replaceRows`: where `rows` (bool [K]) holds, rows of a variable that the optimizer trains take `values`, whatever
 *   its gradient says, and the optimizer forgets what it knew about them.
 */
export type VariableUpdate =
  | { kind: 'assign'; variable: Variable; value: Tensor }
  | { kind: 'replaceRows'; variable: Variable; rows: Tensor; values: Tensor };

/** What a program's function can do besides calling ops, both while it is captured and when it runs eagerly. */
export interface FunctionContext {
  readonly functionName: string;
  /** The variable's value from before this call; the same tensor each time. */
  valueOf(variable: Variable): Tensor;
  /** Records a change of variables, which takes effect after everything in the function has read them. */
  update(update: Update): void;
  /** Allows a tensor from outside to be baked into the graph. */
  bakeIn(tensor: Tensor): void;
}
