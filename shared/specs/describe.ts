import { z } from 'zod';
import { asSchedule, type Scheduled } from '../maths';
import { helpOf, type FieldHelp } from './field';
import { schedulesOf } from './schedule';

/** One leaf of a specification, as a form field or a command-line flag needs it. */
export interface FieldDescription {
  /** Path inside the specification, as in `--set model.quantizer.codes=256`. */
  path: string;
  kind: 'integer' | 'number' | 'boolean' | 'text' | 'choice';
  default: unknown;
  minimum?: number;
  maximum?: number;
  choices?: string[];
  nullable: boolean;
  help: FieldHelp | undefined;
  /** A number that may be a schedule instead; the schedule's own fields follow it. */
  isScheduled?: true;
  /** The path of the number that a schedule's field belongs to. */
  scheduleOf?: string;
  /** The field has no effect as the specification stands (`applies` of its help), and is not shown. */
  isIdle?: true;
}

/**
 * Every leaf of an object schema, in the order it was written. Nested objects are walked; a union by a discriminator is
 * walked in the branch whose discriminator `value` has at that place, and the discriminator itself is a choice.
 */
export function describeFields(
  schema: z.ZodType,
  value: unknown = {},
  prefix = '',
  whole: unknown = value,
): FieldDescription[] {
  const { core, fallback } = unwrap(schema);
  const current = value === undefined ? fallback : value;
  if (core instanceof z.ZodDiscriminatedUnion) return describeUnion(core, current, prefix, whole);
  if (!(core instanceof z.ZodObject)) return [];
  return Object.entries(core.shape as Record<string, z.ZodType>).flatMap(([name, child]) => {
    const path = prefix ? `${prefix}.${name}` : name;
    const inner = unwrap(child);
    const childValue = (current as Record<string, unknown> | undefined)?.[name];
    const fields = describeChild(child, inner.core, childValue, path, whole);
    const { applies } = helpOf(child) ?? helpOf(inner.core) ?? {};
    if (!applies || applies(asRecord(current), asRecord(whole))) return fields;
    return fields.map((field) => ({ ...field, isIdle: true as const }));
  });
}

const asRecord = (value: unknown): Record<string, unknown> => (value ?? {}) as Record<string, unknown>;

function describeChild(
  child: z.ZodType,
  core: z.ZodType,
  value: unknown,
  path: string,
  whole: unknown,
): FieldDescription[] {
  if (core instanceof z.ZodObject || core instanceof z.ZodDiscriminatedUnion)
    return describeFields(child, value, path, whole);
  if (core instanceof z.ZodLiteral) return [];
  if (schedulesOf(core)) return describeScheduled(child, value, path);
  return [describeLeaf(path, child)];
}

/** The kinds that a union by a discriminator offers, in its order; none for another schema. */
export function kindsOf(schema: z.ZodType): string[] {
  const { core } = unwrap(schema);
  return core instanceof z.ZodDiscriminatedUnion ? branchesOf(core).map(([name]) => name) : [];
}

/** The branches of a union with their names. */
function branchesOf(union: z.ZodDiscriminatedUnion): [string, z.ZodObject][] {
  return (union.options as z.ZodObject[]).map((branch) => {
    const name = unwrap(branch.shape[union.def.discriminator] as z.ZodType).core as z.ZodLiteral;
    return [String(name.value), branch];
  });
}

function describeUnion(
  union: z.ZodDiscriminatedUnion,
  value: unknown,
  prefix: string,
  whole: unknown,
): FieldDescription[] {
  const key = union.def.discriminator;
  const branches = branchesOf(union);
  const named = (value as Record<string, unknown> | undefined)?.[key];
  const [, chosen] = branches.find(([name]) => name === named) ?? branches[0]!;
  const choice: FieldDescription = {
    path: prefix ? `${prefix}.${key}` : key,
    kind: 'choice',
    default: branches[0]![0],
    choices: branches.map(([name]) => name),
    nullable: false,
    help: helpOf(union),
  };
  const fields = describeFields(chosen, value, prefix, whole);
  return branches.length > 1 ? [choice, ...fields] : fields;
}

/** The number, then the fields of the schedule that it is or would become. */
function describeScheduled(schema: z.ZodType, value: unknown, path: string): FieldDescription[] {
  const { core, fallback } = unwrap(schema);
  const { number, schedule } = schedulesOf(core)!;
  const base = { ...describeLeaf(path, number), default: fallback, help: helpOf(schema), isScheduled: true } as const;
  const current = asSchedule((value ?? fallback ?? 0) as Scheduled);
  return [base, ...describeUnion(schedule, current, path, current).map((field) => ({ ...field, scheduleOf: path }))];
}

function describeLeaf(path: string, schema: z.ZodType): FieldDescription {
  const { core, fallback, nullable } = unwrap(schema);
  const base = { path, default: fallback, nullable, help: helpOf(schema) };
  if (core instanceof z.ZodNumber) {
    const integer = core.format === 'safeint' || core.format === 'int32';
    const minimum = core.minValue;
    const maximum = core.maxValue;
    return {
      ...base,
      kind: integer ? 'integer' : 'number',
      ...(minimum !== null && Number.isFinite(minimum) && minimum > -Number.MAX_SAFE_INTEGER ? { minimum } : {}),
      ...(maximum !== null && Number.isFinite(maximum) && maximum < Number.MAX_SAFE_INTEGER ? { maximum } : {}),
    };
  }
  if (core instanceof z.ZodBoolean) return { ...base, kind: 'boolean' };
  if (core instanceof z.ZodEnum) return { ...base, kind: 'choice', choices: core.options.map(String) };
  return { ...base, kind: 'text' };
}

/** The schema below its defaults, optionals, nulls and preprocessing, with the default it had. */
function unwrap(schema: z.ZodType): { core: z.ZodType; fallback: unknown; nullable: boolean } {
  let core = schema;
  let fallback: unknown;
  let nullable = false;
  for (;;) {
    if (core instanceof z.ZodDefault || core instanceof z.ZodPrefault) {
      fallback = core.def.defaultValue;
      core = core.def.innerType as z.ZodType;
    } else if (core instanceof z.ZodNullable) {
      nullable = true;
      core = core.def.innerType as z.ZodType;
    } else if (core instanceof z.ZodOptional) {
      core = core.def.innerType as z.ZodType;
    } else if (core instanceof z.ZodPipe) {
      core = core.def.out as z.ZodType;
    } else {
      return { core, fallback, nullable };
    }
  }
}
