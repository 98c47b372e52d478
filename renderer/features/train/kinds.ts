import {
  autoencoderSchema,
  fromPreset,
  getPath,
  kindsOf,
  presets,
  runSpecSchema,
  setPath,
  type AutoencoderKind,
  type Preset,
  type RunSpec,
} from '@shared/specs';
import { changedPaths } from './spec-form';

/** Every kind of model that can be trained, in the schema's order. */
export const modelKinds = kindsOf(autoencoderSchema) as AutoencoderKind[];

/** The preset a specification began from. */
export const presetOf = (spec: RunSpec): Preset | null => findPreset(spec.model.kind, spec.preset);
export const presetsOf = (kind: AutoencoderKind): Preset[] => presets.filter(({ model }) => model === kind);
const findPreset = (kind: AutoencoderKind, name: string | null): Preset | null =>
  presetsOf(kind).find((preset) => preset.name === name) ?? null;

/**
 * A specification of another kind of model: its preset of the same name, else its first, else its schema's defaults; and all
 * that somebody had changed, where that kind has the same setting and takes the value.
 */
export function ofKind(spec: RunSpec, kind: AutoencoderKind): RunSpec {
  const before = presetOf(spec);
  const preset = findPreset(kind, spec.preset) ?? presetsOf(kind)[0] ?? null;
  const base = preset
    ? fromPreset(preset, spec.dataset)
    : runSpecSchema.parse({ dataset: spec.dataset, model: { kind } });
  const changed = before ? changedPaths(spec, fromPreset(before, spec.dataset)) : [];
  return changed
    .filter((path) => path.startsWith('training.'))
    .reduce((next, path) => {
      const kept = setPath(next, path, getPath(spec, path)) as RunSpec;
      return getPath(base, path) !== undefined && runSpecSchema.safeParse(kept).success ? kept : next;
    }, base);
}

/**
 * A specification in which a part became of another kind (a quantizer, an optimizer): what both kinds have is kept where the
 * new one takes the value, all else is the new kind's default.
 */
export function refitted(spec: unknown): unknown {
  const parsed = runSpecSchema.safeParse(spec);
  if (parsed.success) return parsed.data;
  const without = parsed.error.issues.reduce(
    (tree, { path }) => (path.length > 1 ? (setPath(tree as RunSpec, path.join('.'), undefined) as unknown) : tree),
    spec,
  );
  const again = runSpecSchema.safeParse(without);
  return again.success ? again.data : spec;
}
