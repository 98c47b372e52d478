import { AppError } from '@shared/errors';
import { mergeFacts, valueRange, type ChosenRange, type ValueFacts, type ValueRange } from '../../value-range';
import type { PictureArray } from './choose';
import { groupBy, type NamedArray } from './stored';

/**
 * The range of each array's numbers. The parts of one dataset (`x_train`, `x_test`) share one, from all of their
 * values, unless each is clear by itself and they differ. An array without a clear range gets none, and its reason in
 * `reasons`.
 */
export function shareRanges(
  pictures: readonly PictureArray[],
  chosen: ChosenRange,
  called: (array: NamedArray) => string,
  notes: string[],
  reasons: Map<NamedArray, string>,
): Map<PictureArray, ValueRange> {
  const ranges = new Map<PictureArray, ValueRange>();
  const families = groupBy(pictures, ({ array: { full, kind }, facts }) => `${kind} ${full.family} ${facts.type}`);
  for (const family of families.values()) {
    for (const parts of partsToShare(family, chosen)) {
      const name = parts.map(({ array }) => called(array)).join('”, “');
      const found = attempt(name, mergeFacts(parts.map(({ facts }) => facts)), chosen);
      if ('reason' in found) for (const { array } of parts) reasons.set(array, found.reason);
      else {
        if (found.note !== null) notes.push(found.note);
        for (const part of parts) ranges.set(part, found);
      }
    }
  }
  return ranges;
}

function partsToShare(family: readonly PictureArray[], chosen: ChosenRange): (readonly PictureArray[])[] {
  const apart = family.map((part) => [part]);
  if (chosen !== 'auto' || family.some(({ facts: { type } }) => !type.startsWith('float'))) return [family];
  const highs = family
    .map(({ facts }) => attempt('', facts, chosen))
    .map((found) => ('reason' in found ? null : found.high));
  return highs.every((high) => high !== null) && new Set(highs).size > 1 ? apart : [family];
}

function attempt(name: string, facts: ValueFacts, chosen: ChosenRange): ValueRange | { reason: string } {
  try {
    return valueRange(name, facts, chosen);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return { reason: thrown.message };
  }
}
