import { ZodError } from 'zod';
import { type ErrorCode, type ErrorData, errorCodes } from './error-codes';
import { issueField, issueText } from './issues';
import { explainSystemError, type About } from './system-errors';

export { type ErrorCode, type ErrorData, errorCodes } from './error-codes';

/** A failure with a plain sentence for the person and a hint of what to do. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly field: string | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly hint = '',
    options: { field?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.field = options.field;
  }

  toData(): ErrorData {
    return {
      code: this.code,
      message: this.message,
      hint: this.hint,
      ...(this.field === undefined ? {} : { field: this.field }),
    };
  }
}

/**
 * Whatever was thrown, as an AppError: errors of the operating system and of SQLite in a person's words, with the file
 * they are about, and what a schema refused by its field. Foreign errors become INTERNAL with their message kept.
 */
export function asAppError(thrown: unknown, about: About = {}): AppError {
  if (thrown instanceof AppError) return thrown;
  if (isErrorData(thrown)) return fromErrorData(thrown);
  if (thrown instanceof Error && thrown.name === 'AbortError') return new AppError('CANCELLED', 'Cancelled.');
  const system = explainSystemError(thrown, about);
  if (system) return fromErrorData(system, thrown);
  if (thrown instanceof ZodError)
    return new AppError('BAD_REQUEST', `${issueText(thrown)}.`, '', { field: issueField(thrown), cause: thrown });
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError('INTERNAL', message, '', { cause: thrown });
}

/** The error a peer reported, rebuilt on this side of the pipe. */
export function fromErrorData({ code, message, hint, field }: ErrorData, cause?: unknown): AppError {
  return new AppError(code, message, hint, { ...(field === undefined ? {} : { field }), cause });
}

function isErrorData(value: unknown): value is ErrorData {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    'message' in value &&
    'hint' in value &&
    (errorCodes as readonly unknown[]).includes(value.code)
  );
}
