import type { Signal } from '@shared/specs/media';
import type { DatasetManifest, ImportOptions, ItemLine, Split } from '@shared/specs/dataset';
import type { Conversion, ConvertedItem } from '../kinds/kind';
import { createFactsSummary, createStatistics } from '../pack';
import { isClassColumn, isSplitColumn } from './columns';
import { seededSplit } from './split';
import type { Survey } from './survey';
import type { Task } from './tasks';

/** Variance of values known to one part in 255 and no better: stands in where there is none to divide by. */
const SMALLEST_VARIANCE = 1 / (12 * 255 ** 2);

/** The part of the manifest that only the items themselves determine. */
export type Findings = Pick<
  DatasetManifest,
  'count' | 'classes' | 'splits' | 'mean' | 'variance' | 'trainVariance' | 'facts'
>;

/** Keeps count of an import: gives every item its split and line, and gathers what the manifest says of all. */
export interface Ledger {
  /** Enters the next item; the answer is its line of `items.jsonl`. */
  enter(task: Task, item: ConvertedItem): ItemLine;
  readonly count: number;
  readonly splits: Record<Split, number>;
  /** Captions, tags and values of fields entered. */
  readonly texts: { captions: number; tags: number; fields: number };
  findings(): Findings;
  /**
   * Where classes stay without an item and so are none: the number of each that has some, by the one in its lines; else
   * null.
   */
  numbers(): number[] | null;
  notes(): string[];
}

export function createLedger(found: Survey, options: ImportOptions, signal: Signal, conversion: Conversion): Ledger {
  const filled = new Set<number>();
  const labels = new Map(found.classes.map((name, index) => [name, index]));
  const seeded = seededSplit(options.seed, options.testFraction, found.items);
  const statistics = { train: createStatistics(signal), test: createStatistics(signal) };
  const summary = createFactsSummary();
  const splits = { train: 0, test: 0 };
  const texts = { captions: 0, tags: 0, fields: 0 };
  let count = 0;

  return {
    enter(task, item) {
      const split = found.splitsGiven ? (task.split ?? 'train') : seeded(count);
      count += 1;
      splits[split] += 1;
      statistics[split].add(item.data);
      summary.add(item.facts);
      conversion.enter(item, task.name);
      const label = task.label === null ? null : (labels.get(task.label) ?? null);
      if (label !== null) filled.add(label);
      const own = { ...task.texts, fields: { ...task.texts.fields } };
      // what only repeats the item's class or split isn't kept twice
      for (const [column, value] of Object.entries(own.fields))
        if ((isClassColumn(column) && String(value) === task.label) || (isSplitColumn(column) && value === split))
          delete own.fields[column];
      texts.captions += own.captions.length;
      texts.tags += own.tags.length;
      texts.fields += Object.keys(own.fields).length;
      return { name: item.name, label, split, facts: item.facts, ...own };
    },
    get count() {
      return count;
    },
    splits,
    texts,
    findings() {
      const all = createStatistics(signal);
      all.merge(statistics.train);
      all.merge(statistics.test);
      return {
        count,
        classes: found.classes.filter((_, number) => filled.has(number)),
        splits: { ...splits },
        mean: all.mean(),
        variance: all.variance(),
        trainVariance: Math.max(statistics.train.pooledVariance(), SMALLEST_VARIANCE),
        facts: summary.summary(),
      };
    },
    numbers() {
      if (filled.size === found.classes.length) return null;
      let next = 0;
      return found.classes.map((_, number) => (filled.has(number) ? next++ : -1));
    },
    notes: () => (count === 0 ? [] : conversion.notes(statistics)),
  };
}
