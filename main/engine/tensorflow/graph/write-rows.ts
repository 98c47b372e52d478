import { AppError } from '@shared/errors';
import { type Tensor, backend } from '../native/load';
import { requireContext } from './context';
import type { FunctionContext, Variable } from './types';

/** What each call has written so far; a later write continues from there, and so runs after it. */
const written = new WeakMap<FunctionContext, Map<Variable, Tensor>>();

/**
 * Sets `variable[rows] ← values` at once and returns the whole variable: for caches that grow by one row per call.
 * Nothing is copied: InplaceUpdate writes into its input's memory, which here is the variable's own. This is the one
 * exception to the rule that updates come last, so a function that writes a variable's rows must not use the variable
 * in any other way. Several writes in a call run in program order, in the same memory: whatever reads the result of one
 * may see rows of later ones, unless these depend on it.
 * @param rows int32 [n], each in range
 * @param values [n, …row]
 * @returns the variable's value, to be used within this call
 */
export function writeRows(variable: Variable, rows: Tensor, values: Tensor): Tensor {
  const context = requireContext('writeRows');
  const shape = [rows.shape[0], ...variable.shape.slice(1)];
  if (values.shape.join() !== shape.join() || values.dtype !== variable.dtype || rows.dtype !== 'int32') {
    throw new AppError(
      'CAPTURE',
      `writeRows: rows of "${variable.name}" are ${variable.dtype} [${shape.join(', ')}], the values ${values.dtype} [${values.shape.join(', ')}].`,
    );
  }
  const before = written.get(context) ?? new Map<Variable, Tensor>();
  const after = backend.executeSingleOutput(
    'InplaceUpdate',
    [],
    [before.get(variable) ?? variable.read(), rows, values],
  );
  written.set(context, before.set(variable, after));
  return after;
}
