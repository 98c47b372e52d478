import type { DatasetManifest, ImportOptions, ItemLine, Split } from '@shared/specs/dataset';
import { wholeNumber } from '../numbers';
import { createPixelStatistics, createSizeSummary } from '../pack';
import type { ConvertedItem } from './convert';
import { isClassColumn, isSplitColumn } from './columns';
import { seededSplit } from './split';
import type { Survey } from './survey';

/** Variance of values known to one part in 255 and no better: stands in where there is none to divide by. */
const SMALLEST_VARIANCE = 1 / (12 * 255 ** 2);

/** Numbers of 12 bits in files of 16 come to at most 16 of 255. */
const VERY_DARK = 32;

/** The part of the manifest that only the items themselves determine. */
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

export function createLedger(found: Survey, options: ImportOptions, channels: number): Ledger {
  const filled = new Set<number>();
  const labels = new Map(found.classes.map((name, index) => [name, index]));
  const seeded = seededSplit(options.seed, options.testFraction, found.pictures);
  const statistics = { train: createPixelStatistics(channels), test: createPixelStatistics(channels) };
  const sizes = createSizeSummary();
  const splits = { train: 0, test: 0 };
  const texts = { captions: 0, tags: 0, fields: 0 };
  const mislabelled = { count: 0, first: '' };
  /** Files of which but one of several pages or frames was taken. */
  const several = { count: 0, first: '' };
  /** What was taken for black and white, each with the first that said so. */
  const ranges = new Map<string, { note: string; count: number }>();
  let count = 0;

  return {
    enter({ task, name, pixels, width, height, mislabelledAs, frames, range }) {
      const split = found.splitsGiven ? (task.split ?? 'train') : seeded(count);
      count += 1;
      splits[split] += 1;
      statistics[split].add(pixels);
      sizes.add(width, height);
      if (mislabelledAs !== null) {
        if (mislabelled.count === 0) mislabelled.first = `${task.name} is ${mislabelledAs.toUpperCase()}`;
        mislabelled.count += 1;
      }
      if (frames > 1 && name === task.name) {
        if (several.count === 0) several.first = `${name} has ${frames}`;
        several.count += 1;
      }
      if (range?.note) {
        const key = `${range.low} ${range.high}`;
        const known = ranges.get(key);
        if (known) known.count += 1;
        else ranges.set(key, { note: range.note, count: 1 });
      }
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
      return { name, label, split, width, height, ...own };
    },
    get count() {
      return count;
    },
    splits,
    texts,
    findings() {
      const all = createPixelStatistics(channels);
      all.merge(statistics.train);
      all.merge(statistics.test);
      return {
        count,
        classes: found.classes.filter((_, number) => filled.has(number)),
        splits: { ...splits },
        mean: all.mean(),
        variance: all.variance(),
        trainVariance: Math.max(statistics.train.pooledVariance(), SMALLEST_VARIANCE),
        sourceSizes: sizes.summary(),
      };
    },
    numbers() {
      if (filled.size === found.classes.length) return null;
      let next = 0;
      return found.classes.map((_, number) => (filled.has(number) ? next++ : -1));
    },
    notes() {
      const notes: string[] = [];
      if (mislabelled.count > 0)
        notes.push(
          `Imported by content, whatever the ending says: ${wholeNumber(mislabelled.count)} (${mislabelled.first}).`,
        );
      if (several.count > 0)
        notes.push(
          options.frames === 'all'
            ? `Only the first frame is read of animated PNG files: ${wholeNumber(several.count)} (${several.first}).`
            : `Only the first page or frame was taken of files with several: ${wholeNumber(several.count)} (${several.first}). To import all, choose “All” (--frames all).`,
        );
      for (const { note, count: alike } of ranges.values()) {
        notes.push(note);
        if (alike > 1) notes.push(`Read with the same range: ${wholeNumber(alike - 1)} more.`);
      }
      if (ranges.size > 1)
        notes.push('Files differ in their range of values: if they belong together, choose one (--range).');
      if (count > 0 && statistics.train.pooledVariance() === 0)
        notes.push('All pixels are the same: there is nothing to learn from.');
      const brightest = brightestOf([statistics.train.histogram, statistics.test.histogram]);
      if (brightest > 0 && brightest < VERY_DARK)
        notes.push(
          `All pictures are very dark: nothing is brighter than ${brightest} of 255. If their files hold numbers of fewer bits than there is room for, choose the value range (--range).`,
        );
      return notes;
    },
  };
}

/** The brightest value of all channels, given how often each of 0…255 occurred. */
function brightestOf(histograms: readonly Float64Array[]): number {
  for (let value = 255; value > 0; value--)
    if (histograms.some((counts) => counts.some((count, at) => count > 0 && at % 256 === value))) return value;
  return 0;
}
