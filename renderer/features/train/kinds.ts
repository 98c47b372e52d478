import {
  autoencoderSchema,
  codePriorSchema,
  getPath,
  isPrior,
  isVectorPrior,
  kindsOf,
  presets,
  runSpecSchema,
  setPath,
  vectorPriorSchema,
  type ModelKind,
  type Preset,
  type RunSpec,
} from '@shared/specs';
import { begunWith } from '@/components/prior-spec';
import { changedPaths } from './spec-form';

/** Every kind of model that can take the place of this one, in the schema's order: autoencoders, priors over codes, or over vectors. */
export function kindsBeside({ model }: RunSpec): ModelKind[] {
  const overSame = isPrior(model) && (isVectorPrior(model) ? vectorPriorSchema : codePriorSchema);
  return kindsOf(overSame || autoencoderSchema) as ModelKind[];
}

/** The preset a specification began from. */
export const presetOf = (spec: RunSpec): Preset | null => findPreset(spec.model.kind, spec.preset);
export const presetsOf = (kind: ModelKind): Preset[] => presets.filter(({ model }) => model === kind);
const findPreset = (kind: ModelKind, name: string | null): Preset | null =>
  presetsOf(kind).find((preset) => preset.name === name) ?? null;

/**
 * A specification of another kind of model: its preset of the same name, else its first, else its schema's defaults; and all
 * that somebody had changed, where that kind has the same setting and takes the value. `classes`: of the dataset.
 */
export function ofKind(spec: RunSpec, kind: ModelKind, classes = 0): RunSpec {
  const begun = (preset: Preset): RunSpec => begunWith(preset, spec.dataset, spec.autoencoder, classes);
  const before = presetOf(spec);
  const preset = findPreset(kind, spec.preset) ?? presetsOf(kind)[0] ?? null;
  const base = preset
    ? begun(preset)
    : runSpecSchema.parse({ dataset: spec.dataset, autoencoder: spec.autoencoder, model: { kind } });
  const changed = before ? changedPaths(spec, begun(before)) : [];
  return changed
    .filter((path) => /^(training|augmentation)\./.test(path))
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
