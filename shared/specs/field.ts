import { z } from 'zod';

/** One text in every language Tessera speaks. */
export interface Localized {
  en: string;
  'zh-CN': string;
}

/** What a form, a flag or a help page says about a field; the type, default and limits are the schema's own. */
export interface FieldHelp {
  label: Localized;
  help: Localized;
  unit?: Localized;
  /** Names of the values of an enumeration. */
  values?: Record<string, Localized>;
}

const registry = z.registry<FieldHelp>();

/** Attaches label, one-line help and unit to a schema. Describe the outermost schema (after `.default()`). */
export function described<S extends z.ZodType>(schema: S, help: FieldHelp): S {
  registry.add(schema, help);
  return schema;
}

/** What `described` said of this schema, if anything. */
export function helpOf(schema: z.ZodType): FieldHelp | undefined {
  return registry.get(schema);
}
