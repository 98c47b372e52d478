import type { z } from 'zod';
import { AppError } from '@shared/errors';

/**
 * A name as its schema wants it, without surrounding spaces; throws BAD_REQUEST with the flag, the limit and the
 * value.
 * @param schema the schema of the name, in the request it belongs to
 */
export function checkedName(schema: z.ZodString, text: string, flag = '--name'): string {
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data;
  const length = text.trim().length;
  const least = schema.minLength ?? 0;
  throw new AppError(
    'BAD_REQUEST',
    length < least
      ? `${flag}: expected a name, but it is empty.`
      : `${flag}: expected at most ${schema.maxLength ?? Infinity} characters, but this name has ${length}.`,
    '',
    { field: flag.replace(/^-+/, '') },
  );
}
