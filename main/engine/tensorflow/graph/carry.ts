import type { Tensor } from '../native/load';
import { beforeEnd, requireContext } from './context';
import type { FunctionContext, Variable } from './types';
import { assign } from './updates';

const carried = new WeakMap<FunctionContext, Map<Variable, Tensor>>();

/**
 * Sets `variable ← value` when the call ends; may be called repeatedly, and the last value counts. For state that
 * several steps of one call pass on; `latest` gives the value so far. Use it instead of `assign`, never together with
 * it.
 */
export function carry(variable: Variable, value: Tensor): void {
  const context = requireContext('carry');
  const values = carried.get(context) ?? new Map<Variable, Tensor>();
  carried.set(context, values);
  if (!values.has(variable)) beforeEnd(() => assign(variable, values.get(variable) as Tensor));
  values.set(variable, value);
}

/** The value last carried into the variable in this call, or else its value from before the call. */
export function latest(variable: Variable): Tensor {
  return carried.get(requireContext('latest'))?.get(variable) ?? variable.read();
}
