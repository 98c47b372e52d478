import { asSchedule, type Scheduled } from '../maths';
import { describeFields, type FieldDescription } from './describe';
import { isPrior } from './model';
import { getPath } from './paths';
import { fromPreset, presets, type Preset } from './presets';
import { runSpecSchema, type RunSpec } from './run';

/**
 * The arguments of `tessera` that train this specification: its preset, and a `--set` for every field in which it
 * differs. A run that began from no preset, or from one that is gone, is written as changes to the first preset of its
 * model.
 */
export function trainArguments(spec: RunSpec): string[] {
  const preset = beginningOf(spec);
  const base = fromPreset(preset, spec.dataset, spec.autoencoder && { ...spec.autoencoder, step: null });
  const ground = spec.autoencoder
    ? ['--autoencoder', spec.autoencoder.run, '--dataset', spec.dataset, '--prior', spec.model.kind]
    : ['--dataset', spec.dataset, '--model', spec.model.kind];
  const settings = describeFields(runSpecSchema, spec).flatMap((field) => {
    const isMissing = field.path.startsWith('autoencoder.') && !spec.autoencoder;
    if (UNSET.has(field.path) || isMissing || !isSetting(spec, base, field)) return [];
    return ['--set', `${field.path}=${textOf(valueOf(spec, field))}`];
  });
  return ['train', ...ground, '--preset', preset.name, ...settings];
}

/** The same as a line for a shell. */
export const trainCommandLine = (spec: RunSpec): string => ['tessera', ...trainArguments(spec)].map(quoted).join(' ');

/** Said by flags of their own, or a record of them. */
const UNSET = new Set(['dataset', 'preset', 'model.kind', 'autoencoder.run']);

function beginningOf({ model, preset }: RunSpec): Preset {
  const own = presets.filter((one) => one.model === model.kind);
  const [first] = own;
  if (!first) throw new Error(`There is no preset of ${model.kind}, ${isPrior(model) ? 'a prior' : 'an autoencoder'}.`);
  return own.find(({ name }) => name === preset) ?? first;
}

/** Whether a field must be said: it isn't what the preset has, nor what it has without a word. */
function isSetting(spec: RunSpec, base: RunSpec, field: FieldDescription): boolean {
  const wanted = getPath(spec, field.path);
  // a schedule is said field by field, a plain number at once
  if (field.isScheduled) return typeof wanted === 'number' && getPath(base, field.path) !== wanted;
  if (field.scheduleOf !== undefined) {
    const schedule = getPath(spec, field.scheduleOf);
    return typeof schedule === 'object' && JSON.stringify(schedule) !== JSON.stringify(getPath(base, field.scheduleOf));
  }
  const had = getPath(base, field.path);
  return JSON.stringify(wanted) !== JSON.stringify(had === undefined ? field.default : had);
}

function valueOf(spec: RunSpec, { path, scheduleOf, default: fallback }: FieldDescription): unknown {
  if (scheduleOf === undefined) return getPath(spec, path);
  const schedule = asSchedule(getPath(spec, scheduleOf) as Scheduled) as unknown as Record<string, unknown>;
  return schedule[path.slice(scheduleOf.length + 1)] ?? fallback ?? null;
}

const textOf = (value: unknown): string => (Array.isArray(value) ? value.join(',') : String(value));

/** A word as a POSIX shell takes it. */
const quoted = (word: string): string => (/^[\w.,:/=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
