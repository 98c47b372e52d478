import type { Tensor } from '../native/load';
import { currentContext } from './context';
import type { VariableType } from './dtypes';
import { constantIfFrozen } from './frozen';
import type { Variable, VariableHome } from './types';

/** A variable whose value lies in a program's session. */
export class SessionVariable implements Variable {
  readonly #home: VariableHome;

  constructor(
    home: VariableHome,
    readonly name: string,
    readonly shape: readonly number[],
    readonly dtype: VariableType,
    readonly trainable: boolean,
    readonly learningRate = 1,
  ) {
    this.#home = home;
  }

  read(): Tensor {
    return constantIfFrozen(this, currentContext()?.valueOf(this) ?? this.current());
  }

  current(): Tensor {
    return this.#home.fetch(this);
  }

  assign(value: Tensor): void {
    this.#home.store(this, value);
  }

  belongsTo(home: VariableHome): boolean {
    return this.#home === home;
  }
}
