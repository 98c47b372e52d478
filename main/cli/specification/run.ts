import { AppError } from '@shared/errors';
import { issueField, issueText } from '@shared/issues';
import type { DatasetSummary } from '@shared/contract';
import {
  autoencoderSchema,
  codePriorSchema,
  describeFields,
  fromPreset,
  kindsOf,
  presets,
  runSpecSchema,
  setPath,
  suggestPreset,
  priorSchema,
  vectorPriorSchema,
  type CodesFrom,
  type FieldDescription,
  type Preset,
  type RunSpec,
} from '@shared/specs';
import { nearest } from '../nearest';
import { assign, type Assignment } from './assignments';

/** What `train` was asked about the run, flags already read. */
export interface RunFlags {
  /** A configuration to start from, in place of a preset. */
  config?: RunSpec;
  /** The kind of an autoencoder or of a prior. */
  model: string | undefined;
  /** For a prior: the run whose latents it learns. */
  autoencoder: CodesFrom | null;
  /** Whether those latents are vectors. */
  overVectors?: boolean;
  preset: string | undefined;
  /** Values of fields given as flags of their own, by path. */
  fields: Record<string, unknown>;
  assignments: readonly Assignment[];
}

/** Fields that `train` has a flag for: those of training and augmentation; what is nested deeper is for `--set`. */
export const flaggedFields: readonly FieldDescription[] = describeFields(runSpecSchema).filter(({ path }) =>
  /^(training|augmentation)\.[^.]+$/.test(path),
);
/** Every autoencoder there is, and every prior. */
export const modelKinds: readonly string[] = kindsOf(autoencoderSchema);
export const priorKinds: readonly string[] = kindsOf(priorSchema);

/** Names of presets, without repetition. */
export const presetNames: readonly string[] = [...new Set(presets.map(({ name }) => name))];

/**
 * Builds the specification of a run on `dataset` from the flags: the configuration of a file, or the preset (by
 * default the one that suits the dataset), then flags, then `--set` in order. Throws BAD_REQUEST naming the wrong
 * flag or field.
 */
export function runSpecification(dataset: DatasetSummary, flags: RunFlags): RunSpec {
  const base = flags.config
    ? { ...flags.config, dataset: dataset.id, autoencoder: flags.autoencoder }
    : fromPreset(choosePreset(dataset, flags), dataset.id, flags.autoencoder);
  const flagged = Object.entries(flags.fields).reduce<Record<string, unknown>>(
    (spec, [path, value]) => setPath(spec, path, value),
    base,
  ) as RunSpec;
  const assigned = assign(runSpecSchema, flagged, flags.assignments, ['dataset', 'preset']);
  const parsed = runSpecSchema.safeParse(assigned);
  if (parsed.success) return parsed.data;
  throw new AppError('BAD_REQUEST', `${issueText(parsed.error)}.`, '', { field: issueField(parsed.error) });
}

function choosePreset(dataset: DatasetSummary, { model, preset, autoencoder, overVectors = false }: RunFlags): Preset {
  const [flag, kinds] = autoencoder ? (['prior', priorKinds] as const) : (['model', modelKinds] as const);
  if (model !== undefined && !kinds.includes(model)) throw unknown(flag, model, kinds);
  if (preset === undefined) {
    const [suggested] = kindsOf(overVectors ? vectorPriorSchema : codePriorSchema);
    if (autoencoder) return presets.find((own) => own.model === (model ?? suggested))!;
    const suited = suggestPreset(dataset);
    if (model === undefined || suited.model === model) return suited;
    const own = presets.filter((other) => other.model === model);
    return own.find(({ name }) => name === suited.name) ?? own[0]!;
  }
  const named = presets.filter((one) => one.name === preset && kinds.includes(one.model));
  if (named.length === 0) throw unknown('preset', preset, presetNames);
  const chosen = named.find((one) => model === undefined || one.model === model);
  if (!chosen) {
    throw new AppError(
      'BAD_REQUEST',
      `--preset ${preset} is of model ${named.map((one) => one.model).join(', ')}, not ${model}.`,
      'Leave one of them out.',
      { field: 'preset' },
    );
  }
  return chosen;
}

function unknown(kind: string, given: string, names: readonly string[]): AppError {
  const near = nearest(given, names);
  return new AppError(
    'BAD_REQUEST',
    `--${kind}: there is no ${kind} "${given}".`,
    near ? `Did you mean ${near}?` : `There are: ${names.join(', ')}.`,
    { field: kind },
  );
}
