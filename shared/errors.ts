import { ZodError } from 'zod';
import { issueField, issueText } from './issues';
import { explainSystemError, type About } from './system-errors';

/** Every failure a person may meet has a code from this list: stable, tested, never shown raw without its message. */
export const errorCodes = [
  'BAD_REQUEST', // a request or a configuration that the schema refuses; `field` names where
  'NOT_FOUND', // a dataset, run, checkpoint, file or item that does not exist
  'CONFLICT', // right, but not in this state: deleting a running run, continuing a finished one
  'CANCELLED', // stopped at the person's own wish
  'BAD_FILE', // a file that can't be read as what it claims to be
  'LIMIT', // too large or too many: pixels, bytes, entries, memory, open files
  'DISK', // reading or writing the disk failed
  'ENGINE_NOT_SET_UP', // TensorFlow is not installed yet
  'SETUP_FAILED', // installing TensorFlow failed; the hint says what to install
  'ENGINE_LOST', // an engine process died or hung while it worked on this
  'NOT_FINITE', // training met NaN or infinity
  'CAPTURE', // a function that can't be captured as a graph
  'DENIED', // not allowed: a path nobody chose, a foreign origin, a file or disk that may not be written
  'UNSUPPORTED', // can't be done on this machine or with this model
  'INTERNAL', // a defect of ours
] as const;
export type ErrorCode = (typeof errorCodes)[number];

export interface ErrorData {
  code: ErrorCode;
  message: string;
  /** What to do about it, one sentence; empty if there is nothing to say. */
  hint: string;
  /** The configuration field or file it is about. */
  field?: string;
}

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
