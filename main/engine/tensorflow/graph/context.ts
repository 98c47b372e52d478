import { AppError } from '@shared/errors';
import type { FunctionContext } from './types';

let current: FunctionContext | undefined;
let endings: (() => void)[] = [];

export function currentContext(): FunctionContext | undefined {
  return current;
}

export function requireContext(operation: string): FunctionContext {
  if (!current) throw new AppError('CAPTURE', `${operation} works only inside a function of a program.`);
  return current;
}

/** Runs something when the running function's body has returned, still as part of the function. */
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
