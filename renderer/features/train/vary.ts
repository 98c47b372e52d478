import {
  getPath,
  runSpecSchema,
  setPath,
  type FieldDescription,
  type RunSpec,
  type SweepAxis,
  type SweepValue,
} from '@shared/specs';
import { fieldGroups, type FieldGroup } from './spec-form';

/** What somebody wrote of one setting that is to vary: texts, since what is being typed need not be a number yet. */
export interface VariedField {
  /** Path; null while none is chosen. */
  field: string | null;
  kind: 'values' | 'range';
  /** Values with commas between. */
  values: string;
  /** Only of a setting with choices. */
  chosen: string[];
  from: string;
  to: string;
  scale: 'linear' | 'log';
  /** Points of a grid. */
  points: number;
}

/** Why that is no axis of a sweep yet; a key below `train.vary.problem`. */
export type AxisProblem = 'unchosen' | 'empty' | 'number' | 'order' | 'above' | 'many';

export const nothingVaried: VariedField = {
  field: null,
  kind: 'values',
  values: '',
  chosen: [],
  from: '',
  to: '',
  scale: 'linear',
  points: 3,
};

/** Values and points of one axis at most: the schema's limit. */
export const MOST_VALUES = 64;

/** So many choices that go with the rest of the form are all taken to begin with. */
const FEW_CHOICES = 4;

/** The settings that may vary, in the form's themes: a schedule varies by the number that it would be. */
export function variable(spec: RunSpec): FieldGroup[] {
  return fieldGroups(spec).map((group) => ({
    ...group,
    fields: group.fields.filter(({ scheduleOf }) => scheduleOf === undefined),
  }));
}

const isNumber = ({ kind }: FieldDescription): boolean => kind === 'integer' || kind === 'number';

/** What varying a field begins with: around the form's own number, or both of two. */
export function beginsWith(field: FieldDescription, spec: RunSpec): VariedField {
  const own = getPath(spec, field.path) ?? field.default;
  const begin = { ...nothingVaried, field: field.path };
  if (field.kind === 'boolean') return { ...begin, chosen: ['false', 'true'] };
  if (field.kind === 'choice') {
    const fits = (choice: string): boolean => runSpecSchema.safeParse(setPath(spec, field.path, choice)).success;
    const choices = (field.choices ?? []).filter((choice) => choice === own || fits(choice));
    return { ...begin, chosen: choices.length <= FEW_CHOICES ? choices : [String(own)] };
  }
  if (!isNumber(field) || typeof own !== 'number' || own <= 0) return { ...begin, values: plainText(own) };
  const inside = (value: number): number =>
    Math.min(field.maximum ?? Infinity, Math.max(field.minimum ?? -Infinity, value));
  const around = (factor: number): number => {
    const value = inside(own * factor);
    return field.kind === 'integer' ? Math.max(1, Math.round(value)) : Number(value.toPrecision(6));
  };
  const values = [...new Set([around(0.5), own, around(2)])];
  const isSmall = field.kind === 'number' && own < 0.1;
  return {
    ...begin,
    values: values.join(', '),
    from: String(around(isSmall ? 0.1 : 0.5)),
    to: String(around(isSmall ? 10 : 2)),
    scale: isSmall ? 'log' : 'linear',
  };
}

const plainText = (value: unknown): string =>
  typeof value === 'number' || typeof value === 'string' ? String(value) : '';

/** What was written as an axis of a sweep, or why it is none. */
export function axisOf(
  varied: VariedField,
  fields: readonly FieldDescription[],
): { axis: SweepAxis } | { problem: AxisProblem } {
  const field = fields.find(({ path }) => path === varied.field);
  if (!field) return { problem: 'unchosen' };
  return isNumber(field) && varied.kind === 'range' ? rangeOf(varied, field) : valuesOf(varied, field);
}

function valuesOf(varied: VariedField, field: FieldDescription): { axis: SweepAxis } | { problem: AxisProblem } {
  const texts =
    field.kind === 'choice' || field.kind === 'boolean'
      ? varied.chosen
      : varied.values
          .split(/[,，;；、]/)
          .map((text) => text.trim())
          .filter((text) => text !== '');
  if (texts.length === 0) return { problem: 'empty' };
  if (texts.length > MOST_VALUES) return { problem: 'many' };
  const values = texts.map((text): SweepValue => {
    if (field.kind === 'boolean') return text === 'true';
    return isNumber(field) ? Number(text) : text;
  });
  if (values.some((value) => Number.isNaN(value))) return { problem: 'number' };
  return { axis: { kind: 'values', field: field.path, values } };
}

function rangeOf(
  { from: least, to: most, scale, points }: VariedField,
  field: FieldDescription,
): { axis: SweepAxis } | { problem: AxisProblem } {
  const [from, to] = [least, most].map((text) => (text.trim() === '' ? NaN : Number(text))) as [number, number];
  if (!Number.isFinite(from) || !Number.isFinite(to)) return { problem: 'number' };
  if (from >= to) return { problem: 'order' };
  if (scale === 'log' && from <= 0) return { problem: 'above' };
  return { axis: { kind: 'range', field: field.path, from, to, scale, whole: field.kind === 'integer', points } };
}
