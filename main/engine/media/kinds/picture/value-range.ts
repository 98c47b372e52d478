import { AppError } from '@shared/errors';
import type { ImportOptions } from '@shared/specs/dataset';
import type { NpyType } from '../../../formats/npy';

/** Types of number that pictures are stored as, in arrays and in TIFF. */
export type NumberType = Exclude<NpyType, 'text' | 'bytes'>;

/** What all values of an array or file say together; gathered by `createValueFacts`. */
export interface ValueFacts {
  type: NumberType;
  /** Smallest and largest finite value; Infinity and −Infinity where there is none. */
  minimum: number;
  maximum: number;
  /** How many values are NaN or infinite. */
  nonFinite: number;
}

/** Which number is black and which is white; what lies beyond either is clipped. */
export interface ValueRange {
  low: number;
  high: number;
  /** A sentence for the report that names `name` and what was assumed; null where there was nothing to assume. */
  note: string | null;
}

/** The import's option: `auto`, a fixed range, or `min-max`. */
export type ChosenRange = ImportOptions['range'];

/**
 * Resizing overshoots and rounding errs: floats this far (of 0 to 1) beyond a range of 0 to 1 or −1 to 1 still belong
 * to it.
 */
const UNIT_TOLERANCE = 0.1;
/** The same for floats of 0 to 255 and 0 to 65535, as a share of the range. */
const WIDE_TOLERANCE = 0.02;
/** A wide range is believed of numbers that reach at least this share of it; less looks like another range. */
const LEAST_USE = 1 / 8;

const largest: Record<NumberType, number> = {
  bool: 1,
  int8: 127,
  uint8: 255,
  int16: 32767,
  uint16: 65535,
  int32: 2147483647,
  uint32: 4294967295,
  int64: 4294967295,
  uint64: 4294967295,
  float16: Infinity,
  float32: Infinity,
  float64: Infinity,
};

const fixed: Record<Exclude<ChosenRange, 'auto' | 'min-max'>, readonly [low: number, high: number]> = {
  '0-1': [0, 1],
  '-1-1': [-1, 1],
  '0-255': [0, 255],
  '0-65535': [0, 65535],
};

/**
 * Decides which numbers are black and white, from facts about *all* values (never a sample) of whatever belongs
 * together: one array, one file, or the train and test part of one dataset. `name` is what the note calls it.
 *
 * - A range that was chosen holds; `min-max` is the smallest to the largest finite value. Truth values are always 0
 *   to 1.
 * - Floats: 0 to 1, or −1 to 1, with 0.1 of tolerance on either side, clipped; 0 to 255 and 0 to 65535 with 2 % of
 *   tolerance if they reach an eighth of it. Anything else (standardised data, 0 to 16) is refused, as a guess would be
 *   wrong without a sign.
 * - Integers: 0 and 1 alone are black and white; else 0 to 255, then 0 to 65535 (int16: 32767), then the whole of 32
 *   bits if they reach an eighth of it. Of negative ones −1 to 1, and −128 to 127 for int8.
 * - NaN is black, −∞ black, ∞ white; the note says how many there are.
 *
 * Throws BAD_FILE, with a reason that names the option, where no range is clear or no value is a number.
 */
export function valueRange(name: string, facts: ValueFacts, chosen: ChosenRange = 'auto'): ValueRange {
  const { type, minimum, maximum, nonFinite } = facts;
  if (type === 'bool') return { low: 0, high: 1, note: `“${name}” holds truth values: false is black, true is white.` };
  if (minimum > maximum) {
    if (nonFinite > 0) throw new AppError('BAD_FILE', `“${name}” holds no number, only NaN or infinity`);
    return { low: 0, high: 255, note: null };
  }
  const found = chosen === 'auto' ? automatic(facts) : rangeChosen(facts, chosen);
  if (found === null) {
    throw new AppError(
      'BAD_FILE',
      `“${name}” holds numbers from ${said(minimum)} to ${said(maximum)}; expected 0 to 1, −1 to 1 or 0 to 255; choose the value range (--range)`,
    );
  }
  const [low, high] = found;
  const note = assumed(name, facts, { low, high }, chosen);
  if (nonFinite === 0) return { low, high, note };
  return { low, high, note: `${note ?? ''} Not numbers: ${nonFinite} values (NaN is taken as black).`.trim() };
}

function assumed(
  name: string,
  { type, minimum, maximum }: ValueFacts,
  { low, high }: Pick<ValueRange, 'low' | 'high'>,
  chosen: ChosenRange,
): string | null {
  const isDark = isInteger(type) && high > 1 && maximum > 0 && maximum < high * LEAST_USE;
  const isGuess = chosen === 'auto' && (isDark || (isInteger(type) && high === 1));
  if (chosen === 'auto' && type === 'uint8' && !isGuess) return null;
  const taken = `“${name}” holds numbers from ${said(minimum)} to ${said(maximum)}: taken as ${said(low)} to ${said(high)}, black to white`;
  if (minimum < low || maximum > high) return `${taken}; values beyond are clipped.`;
  return isGuess ? `${taken}; if that is wrong, choose the value range (--range).` : `${taken}.`;
}

function automatic({ type, minimum, maximum }: ValueFacts): readonly [low: number, high: number] | null {
  return isInteger(type) ? ofIntegers(type, minimum, maximum) : ofFloats(minimum, maximum);
}

function ofIntegers(type: NumberType, minimum: number, maximum: number): readonly [number, number] | null {
  if (minimum < 0) {
    if (minimum === -1 && maximum <= 1) return [-1, 1];
    return type === 'int8' ? [-128, 127] : null;
  }
  if (maximum === 1) return [0, 1];
  if (maximum <= 255) return [0, 255];
  const high = maximum <= 65535 ? Math.min(65535, largest[type]) : largest[type];
  const isClear = maximum <= 65535 || (maximum <= high && maximum >= high * LEAST_USE);
  return isClear ? [0, high] : null;
}

function ofFloats(minimum: number, maximum: number): readonly [number, number] | null {
  if (maximum <= 1 + UNIT_TOLERANCE) {
    if (minimum >= -UNIT_TOLERANCE) return [0, 1];
    return minimum >= -1 - UNIT_TOLERANCE && maximum >= -1 ? [-1, 1] : null;
  }
  for (const high of [255, 65535]) {
    const tolerance = high * WIDE_TOLERANCE;
    if (minimum >= -tolerance && maximum >= high * LEAST_USE && maximum <= high + tolerance) return [0, high];
  }
  return null;
}

function rangeChosen(
  { minimum, maximum }: ValueFacts,
  chosen: Exclude<ChosenRange, 'auto'>,
): readonly [number, number] {
  if (chosen !== 'min-max') return fixed[chosen];
  return [minimum, maximum > minimum ? maximum : minimum + 1];
}

/** Maps a number to a byte, black to white, clipped to `range`; NaN becomes 0. */
export function byteOf({ low, high }: Pick<ValueRange, 'low' | 'high'>): (value: number) => number {
  const scale = 255 / (high - low);
  return (value) => {
    const byte = Math.round((value - low) * scale);
    return byte > 0 ? Math.min(byte, 255) : 0;
  };
}

/** Gathers facts about all values of one type, given piece by piece. */
export interface ValueFactsGatherer {
  add(values: ArrayLike<number>): void;
  /** Whether no further value can change what `valueRange` says with `auto`: reading may end here. */
  isSettled(): boolean;
  facts(): ValueFacts;
}

export function createValueFacts(type: NumberType): ValueFactsGatherer {
  let minimum = Infinity;
  let maximum = -Infinity;
  let nonFinite = 0;
  return {
    add(values) {
      for (let i = 0; i < values.length; i++) {
        const value = values[i]!;
        if (value - value !== 0) nonFinite += 1;
        else {
          if (value < minimum) minimum = value;
          if (value > maximum) maximum = value;
        }
      }
    },
    isSettled: () => type === 'bool' || (type === 'uint8' && maximum >= 255 * LEAST_USE),
    facts: () => ({ type, minimum, maximum, nonFinite }),
  };
}

/** Facts about the parts of one dataset, taken together. Throws INTERNAL for parts of different types. */
export function mergeFacts(parts: readonly ValueFacts[]): ValueFacts {
  const [first] = parts;
  if (first === undefined || parts.some(({ type }) => type !== first.type))
    throw new AppError('INTERNAL', 'Only facts about numbers of one type can be merged.');
  return {
    type: first.type,
    minimum: Math.min(...parts.map(({ minimum }) => minimum)),
    maximum: Math.max(...parts.map(({ maximum }) => maximum)),
    nonFinite: parts.reduce((sum, { nonFinite }) => sum + nonFinite, 0),
  };
}

const isInteger = (type: NumberType): boolean => type.includes('int');

/** A number as a note says it: six digits, with a true minus sign. */
function said(value: number): string {
  const digits = Math.abs(value) >= 1e6 ? value : Number(value.toPrecision(6));
  return String(digits).replace('-', '−');
}
