import { type Tensor, backend } from '../native/load';
import { untaped } from './tape';
import type { Variable } from './types';

let held: ReadonlySet<Variable> = new Set();

/**
 * Runs `body` with some variables as constants, so that its results have no gradient with respect to them. For two
 * objectives in one loss, where neither may change the other's variables: a generator that learns from a discriminator,
 * and the discriminator.
 */
export function frozen<T>(variables: Iterable<Variable>, body: () => T): T {
  const before = held;
  held = new Set([...before, ...variables]);
  try {
    return body();
  } finally {
    held = before;
  }
}

/** A variable's value, off the tape while it is frozen. */
export function constantIfFrozen(variable: Variable, value: Tensor): Tensor {
  return held.has(variable) ? untaped(() => backend.executeSingleOutput('StopGradient', [], [value])) : value;
}
