import { type Command, Option } from 'commander';
import type { FieldDescription } from '@shared/specs';
import { parseValue } from './values';

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const nameOf = (field: FieldDescription): string => field.path.slice(field.path.lastIndexOf('.') + 1);

/** The default as help shows it; the option itself has none, so that a flag not given can be told apart. */
function defaultText({ default: value }: FieldDescription): string {
  if (value === undefined || value === null || typeof value === 'object' || value === '') return '';
  return `(default: ${String(value)})`;
}

/** One flag for each field: `checkpointEvery` is `--checkpoint-every <steps>`, with the schema's help, limits and type. */
export function addFieldOptions(command: Command, fields: readonly FieldDescription[]): void {
  for (const field of fields) {
    const name = nameOf(field);
    const value =
      field.help?.unit?.en ?? (field.kind === 'choice' ? 'choice' : field.kind === 'text' ? 'text' : 'value');
    const flag = `--${kebab(name)}`;
    const option = new Option(
      field.kind === 'boolean' ? `${flag} [boolean]` : `${flag} <${value}>`,
      [field.help?.help.en ?? '', defaultText(field)].filter(Boolean).join(' '),
    );
    if (field.choices) option.choices(field.choices);
    else option.argParser((text) => parseValue(field, text, flag));
    command.addOption(option);
  }
}

/** The flags that were given, by the path of their field. `--flip` alone means true. */
export function fieldValues(
  fields: readonly FieldDescription[],
  flags: Record<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = flags[nameOf(field)];
      return value === undefined ? [] : [[field.path, value]];
    }),
  );
}
