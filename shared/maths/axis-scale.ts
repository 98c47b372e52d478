/** How values are laid along an axis. */
export type AxisScale =
  | { kind: 'linear' }
  | { kind: 'log' }
  /**
   * Logarithmic on both sides of 0, about linear below `unit`, which is above 0 (Webber 2013, “A bi-symmetric log
   * transformation”).
   */
  | { kind: 'symlog'; unit: number };

export const scaleKinds = ['linear', 'log', 'symlog'] as const;
/** What a person chooses; `auto` goes by the data. */
export type ScaleChoice = 'auto' | (typeof scaleKinds)[number];

/** What values span, as far as a scale depends on it. Only finite values count. */
export interface Spread {
  count: number;
  lowest: number;
  highest: number;
  /** How many values are 0 or below, which a logarithmic axis has no place for. */
  notPositive: number;
  /** A tenth of all values other than 0 are nearer to 0 than this; 0 if all are 0. */
  small: number;
}

/** Values that `small` is taken from, evenly chosen. */
const SAMPLED = 1000;
/** Values that cross 0 and lie further apart than this, largest by small, are unreadable on a linear axis. */
const FAR_APART = 100;

/** What the finite ones among some values span; null where there are none. */
export function spreadOf(values: ArrayLike<number>): Spread | null {
  let [count, lowest, highest, notPositive] = [0, Infinity, -Infinity, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    count++;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
    if (value <= 0) notPositive++;
  }
  return count === 0 ? null : { count, lowest, highest, notPositive, small: smallOf(values) };
}

function smallOf(values: ArrayLike<number>): number {
  const every = Math.max(1, Math.floor(values.length / SAMPLED));
  const sizes: number[] = [];
  for (let i = 0; i < values.length; i += every) {
    const size = Math.abs(values[i]!);
    if (size > 0 && size < Infinity) sizes.push(size);
  }
  sizes.sort((a, b) => a - b);
  return sizes[Math.floor(sizes.length / 10)] ?? 0;
}

/** What several series span together; null where none has a value. */
export function joinSpreads(spreads: readonly (Spread | null)[]): Spread | null {
  return spreads.reduce((all, one) => {
    if (!all || !one) return all ?? one;
    return {
      count: all.count + one.count,
      lowest: Math.min(all.lowest, one.lowest),
      highest: Math.max(all.highest, one.highest),
      notPositive: all.notPositive + one.notPositive,
      small: all.small > 0 && one.small > 0 ? Math.min(all.small, one.small) : all.small || one.small,
    };
  }, null);
}

/**
 * The scale of an axis. Left to the data, an axis that `prefersLog` is logarithmic while every value is above 0; where
 * one isn't, it is linear, or symlog if the values then lie too far apart to be read: no value is left out.
 */
export function chooseScale(spread: Spread | null, choice: ScaleChoice, prefersLog: boolean): AxisScale {
  const kind = choice === 'auto' ? kindFor(spread, prefersLog) : choice;
  if (kind !== 'symlog') return { kind };
  const small = spread?.small || 1;
  return { kind, unit: 10 ** Math.floor(Math.log10(small)) };
}

function kindFor(spread: Spread | null, prefersLog: boolean): AxisScale['kind'] {
  if (!spread || !prefersLog) return 'linear';
  if (spread.lowest > 0) return 'log';
  const largest = Math.max(spread.highest, -spread.lowest);
  return spread.small > 0 && largest > FAR_APART * spread.small ? 'symlog' : 'linear';
}

/** Where a value stands along an axis; NaN where the axis has no place for it. */
export function along(scale: AxisScale, value: number): number {
  switch (scale.kind) {
    case 'linear':
      return value;
    case 'log':
      return value > 0 ? Math.log10(value) : NaN;
    case 'symlog':
      return (Math.sign(value) * Math.log1p(Math.abs(value) / scale.unit)) / Math.LN10;
  }
}

/** The value at a place along an axis: the inverse of `along`. */
export function back(scale: AxisScale, place: number): number {
  switch (scale.kind) {
    case 'linear':
      return place;
    case 'log':
      return 10 ** place;
    case 'symlog':
      return Math.sign(place) * scale.unit * Math.expm1(Math.abs(place) * Math.LN10);
  }
}
