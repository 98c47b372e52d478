import { createHash } from 'node:crypto';
import { AppError } from '@shared/errors';

/** Prefixes an error of one of several runs with the run's name. */
export function namingRun(run: string, error: unknown): unknown {
  if (!(error instanceof AppError) || error.code === 'CANCELLED') return error;
  const { code, message, hint, field } = error;
  return new AppError(code, `${run}: ${message}`, hint, { cause: error, ...(field === undefined ? {} : { field }) });
}

/** A short hash of what was asked: the same for the same values. */
export function fingerprint(values: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 12);
}
