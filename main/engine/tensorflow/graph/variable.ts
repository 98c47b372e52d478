import type { Tensor } from '../native/load';
import { currentContext } from './context';
import type { VariableType } from './dtypes';
import { constantIfFrozen } from './frozen';

/** Where a program keeps the values of its variables between calls. */
export interface VariableHome {
  fetch(variable: Variable): Tensor;
  store(variable: Variable, value: Tensor): void;
}

/** State of a program: a weight, an optimizer slot, a counter. Its value lives in the program's session. */
export class Variable {
  readonly #home: VariableHome;

  constructor(
    home: VariableHome,
    /** Unique in its program, `/` between levels: `encoder/conv1/kernel`. */
    readonly name: string,
    readonly shape: readonly number[],
    readonly dtype: VariableType,
    readonly trainable: boolean,
    /** What an optimizer multiplies its learning rate by for this variable. */
    readonly learningRate = 1,
  ) {
    this.#home = home;
  }

  /** In a function: the value from before the call. Outside: a fresh tensor, which the caller disposes of. */
  read(): Tensor {
    return constantIfFrozen(this, currentContext()?.valueOf(this) ?? this.current());
  }

  /** The value now, also inside a function: a fresh tensor. */
  current(): Tensor {
    return this.#home.fetch(this);
  }

  /** Sets the value from outside a program's functions; inside them use `assign` of this folder. */
  assign(value: Tensor): void {
    this.#home.store(this, value);
  }

  belongsTo(home: VariableHome): boolean {
    return this.#home === home;
  }
}
