import type { z } from 'zod';
import { describeFields, runSpecSchema, type FieldDescription, type RunSpec } from '@shared/specs';
import { getPath } from '@/components/paths';

/** Fields of one theme, folded together in the form. */
export interface FieldGroup {
  id: 'network' | 'quantizer' | 'optimization' | 'watching';
  fields: FieldDescription[];
}

/** Decided by the form's own controls, or a record of them. */
const ELSEWHERE = new Set(['dataset', 'preset']);
const WATCHING = new Set([
  'training.evaluateEvery',
  'training.previewEvery',
  'training.checkpointEvery',
  'training.keep',
  'training.profile',
]);

/** Every field of a run's specification below dataset and preset, in themes, in the schema's order. */
export function fieldGroups(spec: RunSpec): FieldGroup[] {
  const fields = describeFields(runSpecSchema, spec).filter(({ path }) => !ELSEWHERE.has(path));
  const of = (id: FieldGroup['id']): FieldGroup => ({ id, fields: fields.filter(({ path }) => groupOf(path) === id) });
  return [of('network'), of('quantizer'), of('optimization'), of('watching')].filter(
    (group) => group.fields.length > 0,
  );
}

function groupOf(path: string): FieldGroup['id'] {
  if (path.startsWith('model.quantizer')) return 'quantizer';
  if (path.startsWith('model')) return 'network';
  return WATCHING.has(path) ? 'watching' : 'optimization';
}

/** What is wrong with one value: a message below `train.problem`, and the limit it names. */
export interface SpecProblem {
  key: 'atLeast' | 'atMost' | 'above' | 'below' | 'whole' | 'number' | 'other';
  limit: number;
  /** The schema's own words, for what has no message of ours. */
  detail: string;
}

/** What is wrong with a specification, by path; empty if nothing is. */
export function problemsOf(spec: unknown): Record<string, SpecProblem> {
  const parsed = runSpecSchema.safeParse(spec);
  if (parsed.success) return {};
  return Object.fromEntries(parsed.error.issues.map((issue) => [issue.path.join('.'), problemOf(issue)]));
}

function problemOf(issue: z.core.$ZodIssue): SpecProblem {
  const { message: detail } = issue;
  if (issue.code === 'too_small')
    return { key: issue.inclusive === false ? 'above' : 'atLeast', limit: Number(issue.minimum), detail };
  if (issue.code === 'too_big')
    return { key: issue.inclusive === false ? 'below' : 'atMost', limit: Number(issue.maximum), detail };
  if (issue.code === 'invalid_type' && issue.expected === 'int') return { key: 'whole', limit: 0, detail };
  return { key: issue.code === 'invalid_type' && issue.expected === 'number' ? 'number' : 'other', limit: 0, detail };
}

/** Paths whose values differ from what the preset began with. */
export function changedPaths(spec: RunSpec, preset: RunSpec): string[] {
  return fieldGroups(spec)
    .flatMap(({ fields }) => fields)
    .filter(({ scheduleOf }) => scheduleOf === undefined)
    .map(({ path }) => path)
    .filter((path) => JSON.stringify(getPath(spec, path)) !== JSON.stringify(getPath(preset, path)));
}
