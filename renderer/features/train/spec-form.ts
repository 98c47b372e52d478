import { describeFields, getPath, runSpecSchema, type FieldDescription, type RunSpec } from '@shared/specs';
import { problemsIn, type Problem } from '@/components/problems';

/** Fields of one theme, folded together in the form. */
export interface FieldGroup {
  id: 'network' | 'quantizer' | 'optimization' | 'watching';
  fields: FieldDescription[];
}

/** Decided by the form's own controls, or a record of them. */
const ELSEWHERE = new Set(['dataset', 'preset', 'model.kind', 'autoencoder.run', 'autoencoder.step']);
const WATCHING = new Set([
  'training.evaluateEvery',
  'training.previewEvery',
  'training.checkpointEvery',
  'training.keep',
  'training.profile',
]);

/**
 * The fields of a run's specification below dataset and preset that have a say, in themes, in the schema's order.
 * @param problems by path: a field that is wrong is there in any case
 */
export function fieldGroups(spec: RunSpec, problems: Readonly<Record<string, unknown>> = {}): FieldGroup[] {
  const fields = describeFields(runSpecSchema, spec).filter(
    ({ path, isIdle }) => !ELSEWHERE.has(path) && (!isIdle || path in problems),
  );
  const of = (id: FieldGroup['id']): FieldGroup => ({ id, fields: fields.filter(({ path }) => groupOf(path) === id) });
  return [of('network'), of('quantizer'), of('optimization'), of('watching')].filter(
    (group) => group.fields.length > 0,
  );
}

/** The theme a path belongs to, also one that is no field, as a contradiction of several may name. */
export function groupOf(path: string): FieldGroup['id'] {
  if (path.startsWith('model.quantizer')) return 'quantizer';
  if (path.startsWith('model')) return 'network';
  return WATCHING.has(path) ? 'watching' : 'optimization';
}

/** What is wrong with a specification, by path; empty if nothing is. */
export const problemsOf = (spec: unknown): Record<string, Problem> => problemsIn(runSpecSchema, spec);

/** Paths whose values differ from what the preset began with. */
export function changedPaths(spec: RunSpec, preset: RunSpec): string[] {
  return fieldGroups(spec)
    .flatMap(({ fields }) => fields)
    .filter(({ scheduleOf }) => scheduleOf === undefined)
    .map(({ path }) => path)
    .filter((path) => JSON.stringify(getPath(spec, path)) !== JSON.stringify(getPath(preset, path)));
}

/** The configuration that a navigation brought in the history's state (`{ spec: JSON }`), if it is one. */
export function specIn(state: unknown): RunSpec | null {
  const text = (state as { spec?: unknown } | null)?.spec;
  if (typeof text !== 'string') return null;
  try {
    const parsed = runSpecSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
