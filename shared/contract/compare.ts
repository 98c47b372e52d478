import { z } from 'zod';
import { betterOf, inOrder } from '../metrics/measures';
import { splitSchema } from '../specs/dataset';
import { datasetId, evaluationSchema, notKeptSchema, runId } from './common';
import { itemsSchema } from './items';

/** One of several runs that were measured over the same items. */
export const comparedRunSchema = z.object({
  run: runId,
  name: z.string(),
  /** Kind of model, `vq-vae`. */
  model: z.string(),
  step: z.number().int(),
  /** What the model turns a picture into, in bits; before any coding. */
  bitsPerItem: z.number(),
  /** NMSE is over the variance of the training split that the items' dataset has, for every run. */
  evaluation: evaluationSchema,
  reconstructions: itemsSchema,
});
export type ComparedRun = z.infer<typeof comparedRunSchema>;

export const comparisonSchema = z.object({
  /** The export's id, for `exports.read` and `exports.reveal` of `comparison.csv`, `sheet.png`, `report.html`. */
  id: z.string(),
  path: z.string(),
  files: z.array(z.object({ name: z.string(), bytes: z.number().int() })),
  dataset: datasetId,
  datasetName: z.string(),
  split: splitSchema,
  /** The table's columns in order: every measure that some of the runs have. */
  measures: z.array(z.string()),
  /** Names of the pictures on the sheet. */
  names: z.array(z.string()),
  originals: itemsSchema,
  /** In the order that they were asked for. */
  runs: z.array(comparedRunSchema),
  /** Where it could not be kept as the document of its id. */
  notKept: notKeptSchema.optional(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

type Measured = Pick<ComparedRun, 'bitsPerItem' | 'evaluation'>;

/** A run's measures by name, bits per item first. */
export const valuesOf = ({ bitsPerItem, evaluation }: Measured): Record<string, number> => ({
  'bits-per-item': bitsPerItem,
  ...evaluation.measures,
});

/** Every measure that some of these runs have, in the order of tables. */
export const measuresOf = (runs: readonly Measured[]): string[] =>
  inOrder(runs.flatMap((run) => Object.keys(valuesOf(run))));

/** The runs whose value of a measure is the best, by their places; none where nothing is better or all are alike. */
export function bestOf(runs: readonly Measured[], measure: string): number[] {
  const better = betterOf(measure);
  const values = runs.map((run) => valuesOf(run)[measure] ?? NaN);
  const there = values.filter((value) => !Number.isNaN(value));
  if (better === null || there.length < 2) return [];
  const best = better === 'more' ? Math.max(...there) : Math.min(...there);
  return there.every((value) => value === best) ? [] : [...values.keys()].filter((place) => values[place] === best);
}
