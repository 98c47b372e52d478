import { AppError } from '@shared/errors';
import type { Tensor } from '../native/load';
import type { Update } from './updates';
import type { Variable } from './variable';

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

let current: FunctionContext | undefined;
let endings: (() => void)[] = [];

export function currentContext(): FunctionContext | undefined {
  return current;
}

export function requireContext(operation: string): FunctionContext {
  if (!current) throw new AppError('CAPTURE', `${operation} works only inside a function of a program.`);
  return current;
}

/** Has something done when the running function's body has returned, still as part of it. */
export function beforeEnd(run: () => void): void {
  endings.push(run);
}

/** Runs `body` as a function of a program. */
export function withContext<T>(context: FunctionContext, body: () => T): T {
  if (current) {
    throw new AppError(
      'CAPTURE',
      `"${context.functionName}" can't start inside "${current.functionName}".`,
      'Call the plain function instead.',
    );
  }
  current = context;
  try {
    const result = body();
    for (const end of endings) end();
    return result;
  } finally {
    current = undefined;
    endings = [];
  }
}
