import { z } from 'zod';
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
  /** Of the export, for `exports.read` and `exports.reveal`: `comparison.csv`, `sheet.png`, `report.html`. */
  id: z.string(),
  path: z.string(),
  files: z.array(z.object({ name: z.string(), bytes: z.number().int() })),
  dataset: datasetId,
  datasetName: z.string(),
  split: splitSchema,
  /** The table's columns in order: every measure that some of the runs have. */
  measures: z.array(z.string()),
  /** Of the pictures on the sheet. */
  names: z.array(z.string()),
  originals: itemsSchema,
  /** As they were asked for. */
  runs: z.array(comparedRunSchema),
  /** Where it could not be kept as the document of its id. */
  notKept: notKeptSchema.optional(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

/** Measures in the order that tables show them in, with what is better; others follow in the order of their names. */
const known = {
  'bits-per-item': 'less',
  nmse: 'less',
  mse: 'less',
  psnr: 'more',
  ssim: 'more',
  'ms-ssim': 'more',
  perceptual: 'less',
  'rfid-like': 'less',
  'kid-like': 'less',
  precision: 'more',
  recall: 'more',
  density: 'more',
  coverage: 'more',
  perplexity: 'more',
  usage: 'more',
  'dead-codes': 'less',
  elbo: 'more',
  'bits-per-dimension': 'less',
} as const;

/** Those that say a number of draws in their name. */
const withDraws: readonly [RegExp, 'more' | 'less'][] = [
  [/^iwae-\d+$/, 'more'],
  [/^(nll|bits-per-dimension)-iwae-\d+$/, 'less'],
];

/** Which values of a measure are better; null where that can't be said. */
export function betterOf(measure: string): 'more' | 'less' | null {
  if (Object.hasOwn(known, measure)) return known[measure as keyof typeof known];
  return withDraws.find(([pattern]) => pattern.test(measure))?.[1] ?? null;
}

/** A run's measures by name, bits per item first; null where the model has none of it. */
export function valuesOf({
  bitsPerItem,
  evaluation,
}: Pick<ComparedRun, 'bitsPerItem' | 'evaluation'>): Record<string, number | null> {
  const { nmse, psnr, perplexity, usage, deadCodes, measures } = evaluation;
  return { 'bits-per-item': bitsPerItem, nmse, psnr, perplexity, usage, 'dead-codes': deadCodes, ...measures };
}

/** Every measure that some of these runs have, in the order of tables. */
export function measuresOf(runs: readonly Pick<ComparedRun, 'bitsPerItem' | 'evaluation'>[]): string[] {
  const names = new Set(
    runs.flatMap((run) => Object.entries(valuesOf(run)).flatMap(([name, value]) => (value === null ? [] : [name]))),
  );
  const first = Object.keys(known).filter((name) => names.has(name));
  return [...first, ...[...names].filter((name) => !Object.hasOwn(known, name)).sort()];
}

/** The runs whose value of a measure is the best, by their places; none where nothing is better or all are alike. */
export function bestOf(runs: readonly Pick<ComparedRun, 'bitsPerItem' | 'evaluation'>[], measure: string): number[] {
  const better = betterOf(measure);
  const values = runs.map((run) => valuesOf(run)[measure] ?? NaN);
  const there = values.filter((value) => !Number.isNaN(value));
  if (better === null || there.length < 2) return [];
  const best = better === 'more' ? Math.max(...there) : Math.min(...there);
  return there.every((value) => value === best) ? [] : [...values.keys()].filter((place) => values[place] === best);
}
