import type { DatasetManifest, ImportOptions, ItemLine, Split } from '@shared/specs/dataset';
import { createPixelStatistics, createSizeSummary } from '../pack';
import type { ConvertedItem } from './convert';
import { seededSplit } from './split';
import type { Survey } from './survey';

/** Variance of values known to one part in 255 and no better: stands in where there is none to divide by. */
const SMALLEST_VARIANCE = 1 / (12 * 255 ** 2);

/** The part of the manifest that only the items themselves can tell. */
export type Findings = Pick<
  DatasetManifest,
  'count' | 'classes' | 'splits' | 'mean' | 'variance' | 'trainVariance' | 'sourceSizes'
>;

/** Keeps count of an import: gives every item its split and line, and gathers what the manifest says of all. */
export interface Ledger {
  /** Enters the next item; the answer is its line of `items.jsonl`. */
  enter(item: ConvertedItem): ItemLine;
  readonly count: number;
  readonly splits: Record<Split, number>;
  findings(): Findings;
  notes(): string[];
}

export function createLedger(found: Survey, options: ImportOptions, channels: number): Ledger {
  const labels = new Map(found.classes.map((name, index) => [name, index]));
  const seeded = seededSplit(options.seed, options.testFraction, found.pictures);
  const statistics = { train: createPixelStatistics(channels), test: createPixelStatistics(channels) };
  const sizes = createSizeSummary();
  const splits = { train: 0, test: 0 };
  const mislabelled = { count: 0, first: '' };
  let count = 0;

  return {
    enter({ task, pixels, width, height, mislabelledAs }) {
      const split = found.splitsGiven ? (task.split ?? 'train') : seeded(count);
      count += 1;
      splits[split] += 1;
      statistics[split].add(pixels);
      sizes.add(width, height);
      if (mislabelledAs !== null) {
        if (mislabelled.count === 0) mislabelled.first = `${task.name} is ${mislabelledAs.toUpperCase()}`;
        mislabelled.count += 1;
      }
      return {
        name: task.name,
        label: task.label === null ? null : (labels.get(task.label) ?? null),
        split,
        width,
        height,
      };
    },
    get count() {
      return count;
    },
    splits,
    findings() {
      const all = createPixelStatistics(channels);
      all.merge(statistics.train);
      all.merge(statistics.test);
      return {
        count,
        classes: found.classes,
        splits: { ...splits },
        mean: all.mean(),
        variance: all.variance(),
        trainVariance: Math.max(statistics.train.pooledVariance(), SMALLEST_VARIANCE),
        sourceSizes: sizes.summary(),
      };
    },
    notes() {
      const notes: string[] = [];
      if (mislabelled.count > 0)
        notes.push(`Imported by content, whatever the ending says: ${mislabelled.count} (${mislabelled.first}).`);
      if (count > 0 && statistics.train.pooledVariance() === 0)
        notes.push('All pixels are the same: there is nothing to learn from.');
      return notes;
    },
  };
}
