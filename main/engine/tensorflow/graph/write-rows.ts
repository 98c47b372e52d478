import { AppError } from '@shared/errors';
import { type Tensor, backend } from '../native/load';
import { requireContext } from './context';
import type { FunctionContext, Variable } from './types';

/** What each call has written so far: a later write goes on from there, and so runs after it. */
const written = new WeakMap<FunctionContext, Map<Variable, Tensor>>();

/**
 * `variable[rows] ← values`, at once, and the whole variable after that: for caches that grow by a row a call. Nothing is copied:
 * InplaceUpdate writes into the memory of its input, which is here the variable's own. The one exception to the rule that
 * updates come last; so a function that writes a variable's rows uses it in no other way. Several writes in a call run in the
 * order they are written in, in the same memory: what reads the result of one may see rows of the later ones, unless these
 * depend on it.
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
