import type { FieldDescription } from '@shared/specs';
import { AppError } from '@shared/errors';

/** Describes what a field accepts: “a whole number from 2 to 65536”. */
export function expectation(field: FieldDescription): string {
  const { kind, minimum, maximum, choices, nullable } = field;
  const range =
    minimum !== undefined && maximum !== undefined
      ? ` from ${minimum} to ${maximum}`
      : minimum !== undefined
        ? ` from ${minimum}`
        : '';
  const words = {
    integer: `a whole number${range}`,
    number: `a number${range}`,
    boolean: 'true or false',
    choice: (choices ?? []).join(' or '),
    text: 'text',
  }[kind];
  return nullable ? `${words}, or null` : words;
}

/** Parses `text` as the field's type, within its limits; throws BAD_REQUEST naming `label` and what was expected. */
export function parseValue(field: FieldDescription, text: string, label: string): unknown {
  const value = read(field, text.trim());
  if (value !== undefined) return value;
  throw new AppError('BAD_REQUEST', `${label}: expected ${expectation(field)}, got "${text}".`, '', {
    field: field.path,
  });
}

function read(
  { kind, minimum = -Infinity, maximum = Infinity, choices, nullable }: FieldDescription,
  text: string,
): unknown {
  if (nullable && text === 'null') return null;
  switch (kind) {
    case 'integer':
    case 'number': {
      const value = Number(text);
      const fits =
        text !== '' &&
        Number.isFinite(value) &&
        value >= minimum &&
        value <= maximum &&
        (kind === 'number' || Number.isInteger(value));
      return fits ? value : undefined;
    }
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'choice':
      return choices?.includes(text) ? text : undefined;
    case 'text':
      return text;
  }
}
