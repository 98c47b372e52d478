import { z } from 'zod';
import { type FieldHelp, type Localized, described } from '../field';
import { refuse } from '../refusal';
import { quantizerNames } from './names';

/**
 * The quantizer within another: one of `schema`'s kinds. The kinds in `senseless` are refused
 * with the reason why.
 */
export function nested<Schema extends z.ZodDiscriminatedUnion>(
  schema: Schema,
  senseless: Readonly<Record<string, Localized>>,
  help: Omit<FieldHelp, 'values'>,
) {
  const union = described(schema, { ...help, values: quantizerNames });
  const sensible = z.custom<z.input<Schema>>().superRefine((value, context) => {
    const kind = String((value as { kind?: unknown } | null | undefined)?.kind);
    const reason = Object.hasOwn(senseless, kind) ? senseless[kind] : undefined;
    if (reason) refuse(context, 'kind', reason);
  });
  return sensible.pipe(union as z.ZodType<z.output<Schema>, z.input<Schema>>);
}
