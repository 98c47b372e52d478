import { z } from 'zod';
import { isZero, type Scheduled } from '../maths';

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
  /**
   * Whether the field has an effect, as the fields beside it and the whole specification stand; one that hasn't is not
   * shown. Left out for one that always has. On an object or union it holds for all fields within.
   */
  applies?(beside: Readonly<Record<string, unknown>>, whole: Readonly<Record<string, unknown>>): boolean;
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

/** A description that holds only where a field beside has one of these values. */
export const where =
  (name: string, ...values: readonly unknown[]): NonNullable<FieldHelp['applies']> =>
  (beside) =>
    values.includes(beside[name]);

/** A description that holds unless a number beside, or a schedule of it, is 0 all along. */
export const unlessZero =
  (name: string): NonNullable<FieldHelp['applies']> =>
  (beside) =>
    beside[name] === undefined || !isZero(beside[name] as Scheduled);
