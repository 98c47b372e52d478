import type { ImportOptions } from '@shared/specs/dataset';
import { wholeNumber } from '../../../numbers';
import type { Conversion, ConvertedItem } from '../../kind';
import type { ValueRange } from '../value-range';

/** A picture ready for the pack, and what the report may have to say of its file. */
export interface ConvertedPicture extends ConvertedItem {
  data: Uint8Array;
  seen: {
    /** What it is, if its ending says otherwise. */
    mislabelledAs: string | null;
    /** Pages or frames of its file. */
    frames: number;
    /** What was taken for black and white, where that had to be decided. */
    range: ValueRange | null;
  };
}

/** Numbers of 12 bits in files of 16 come to at most 16 of 255. */
const VERY_DARK = 32;

/** What an import's report says of the pictures' files, gathered picture by picture. */
export function createRemarks(taken: ImportOptions['frames']) {
  const mislabelled = { count: 0, first: '' };
  /** Files of which but one of several pages or frames was taken. */
  const several = { count: 0, first: '' };
  /** What was taken for black and white, each with the first that said so. */
  const ranges = new Map<string, { note: string; count: number }>();

  return {
    add({ name, seen: { mislabelledAs, frames, range } }: ConvertedPicture, file: string): void {
      if (mislabelledAs !== null) {
        if (mislabelled.count === 0) mislabelled.first = `${file} is ${mislabelledAs.toUpperCase()}`;
        mislabelled.count += 1;
      }
      if (frames > 1 && name === file) {
        if (several.count === 0) several.first = `${name} has ${frames}`;
        several.count += 1;
      }
      if (range?.note) {
        const key = `${range.low} ${range.high}`;
        const known = ranges.get(key);
        if (known) known.count += 1;
        else ranges.set(key, { note: range.note, count: 1 });
      }
    },
    notes(statistics: Parameters<Conversion['notes']>[0]): string[] {
      const notes: string[] = [];
      if (mislabelled.count > 0)
        notes.push(
          `Imported by content, whatever the ending says: ${wholeNumber(mislabelled.count)} (${mislabelled.first}).`,
        );
      if (several.count > 0)
        notes.push(
          taken === 'all'
            ? `Only the first frame is read of animated PNG files: ${wholeNumber(several.count)} (${several.first}).`
            : `Only the first page or frame was taken of files with several: ${wholeNumber(several.count)} (${several.first}). To import all, choose “All” (--frames all).`,
        );
      for (const { note, count: alike } of ranges.values()) {
        notes.push(note);
        if (alike > 1) notes.push(`Read with the same range: ${wholeNumber(alike - 1)} more.`);
      }
      if (ranges.size > 1)
        notes.push('Files differ in their range of values: if they belong together, choose one (--range).');
      const { train, test } = statistics;
      if (train.pooledVariance() === 0) notes.push('All pixels are the same: there is nothing to learn from.');
      const brightest = brightestOf([train.totals(), test.totals()]);
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
