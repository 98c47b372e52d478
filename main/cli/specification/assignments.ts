import type { z } from 'zod';
import { AppError } from '@shared/errors';
import { asSchedule } from '@shared/maths';
import { describeFields, getPath, presentPath, type FieldDescription } from '@shared/specs';
import { nearest } from '../nearest';
import { parseValue } from './values';

/** One `--set path=value`. */
export interface Assignment {
  path: string;
  value: string;
}

/** Splits `a.b=value`, the argument of `flag`; BAD_REQUEST if there is no `=`. */
export function parseAssignment(text: string, flag = '--set'): Assignment {
  const at = text.indexOf('=');
  if (at < 1) throw new AppError('BAD_REQUEST', `${flag} ${text}: expected a.b=value.`);
  return { path: text.slice(0, at).trim(), value: text.slice(at + 1) };
}

/**
 * Applies assignments to `specification` in order; the original stays as it is. A path may leave out its beginning
 * if only one field ends that way (`codes` for `model.quantizer.codes`). An error for an unknown path names the
 * nearest one.
 */
export function assign<T extends object>(
  schema: z.ZodType<T>,
  specification: T,
  assignments: readonly Assignment[],
  fixed: readonly string[] = [],
): T {
  let result = specification;
  for (const { path, value } of assignments) {
    const fields = describeFields(schema, result).filter((field) => !fixed.includes(field.path));
    const field = fieldAt(fields, path, '--set');
    const scheduled = fields.find((one) => one.path === field.scheduleOf);
    // a part that came with a kind just chosen starts from its defaults
    if (scheduled && getPath(result as Record<string, unknown>, scheduled.path) === undefined)
      result = replaceAt(result, scheduled.path.split('.'), scheduled.default) as T;
    result = replaceAt(result, field.path.split('.'), parseValue(field, value, `--set ${path}`)) as T;
  }
  return result;
}

/** Finds the field that `path` names, whole or by its end. Throws BAD_REQUEST naming `flag`. */
export function fieldAt(fields: readonly FieldDescription[], path: string, flag: string): FieldDescription {
  const exact = fields.find((field) => field.path === presentPath(path));
  if (exact) return exact;
  const ending = fields.filter((field) => field.path.endsWith(`.${path}`));
  if (ending.length === 1) return ending[0]!;
  const names = fields.filter(({ isIdle }) => !isIdle).map((field) => field.path);
  if (ending.length > 1) {
    throw new AppError(
      'BAD_REQUEST',
      `${flag} ${path}: several fields end this way.`,
      `Name one whole: ${ending.map((field) => field.path).join(', ')}.`,
      { field: path },
    );
  }
  const near = nearest(path, names);
  throw new AppError(
    'BAD_REQUEST',
    `${flag} ${path}: there is no such field.`,
    near ? `Did you mean ${near}?` : `Fields: ${names.join(', ')}.`,
    { field: path },
  );
}

function replaceAt(target: unknown, [name, ...rest]: string[], value: unknown): unknown {
  if (name === undefined) return value;
  // a field of a schedule, set on a plain number: the number becomes a schedule that starts with it
  const object = (typeof target === 'number' ? asSchedule(target) : (target ?? {})) as Record<string, unknown>;
  return { ...object, [name]: replaceAt(object[name], rest, value) };
}
