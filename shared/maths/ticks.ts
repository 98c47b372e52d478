import { along, back, type AxisScale } from './axis-scale';

const STEPS = [1, 2, 5];

/**
 * Ticks for a logarithmic axis, as values: powers of ten where the range has several, 1-2-5 where it has few, and
 * evenly round numbers where it is less than a decade: no range is left without.
 *
 * @param from above 0
 */
export function logTicks(from: number, to: number, atMost: number): number[] {
  const powers = between(from, to, [1]);
  if (powers.length > atMost) {
    const every = Math.ceil(powers.length / atMost);
    return powers.filter((_, i) => i % every === 0);
  }
  const finer = between(from, to, STEPS);
  if (powers.length >= 3 || finer.length > atMost) return powers.length >= 2 ? powers : finer.slice(0, atMost);
  return finer.length >= 3 ? finer : linearTicks(from, to, atMost);
}

function between(from: number, to: number, steps: readonly number[]): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.log10(to); power++) {
    for (const step of steps) {
      const tick = Number(`${step}e${power}`);
      if (tick >= from && tick <= to) ticks.push(tick);
    }
  }
  return ticks;
}

/** The round distance, 1, 2 or 5 times a power of ten, that divides a range into at most `count` parts. */
function roundStep(from: number, to: number, atMost: number): number {
  const rough = (to - from) / Math.max(1, atMost);
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
}

/** Round numbers in a range, evenly apart. */
export function linearTicks(from: number, to: number, atMost: number): number[] {
  const step = roundStep(from, to, atMost);
  const ticks: number[] = [];
  for (let i = Math.ceil(from / step); i * step <= to + 1e-9 * step; i++)
    ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

/**
 * Ticks for an axis that is logarithmic on both sides of 0: 0 and powers of ten, as far apart as fits; round numbers
 * where that leaves few.
 */
export function symlogTicks(scale: AxisScale & { kind: 'symlog' }, from: number, to: number, atMost: number): number[] {
  const first = Math.round(Math.log10(scale.unit));
  const last = Math.floor(Math.log10(Math.max(Math.abs(from), Math.abs(to), scale.unit)));
  const sides = (from < 0 ? 1 : 0) + (to > 0 ? 1 : 0);
  const every = Math.max(1, Math.ceil((sides * (last - first)) / Math.max(1, atMost - 1)));
  const sizes: number[] = [];
  for (let power = last; power >= first + Math.min(1, last - first); power -= every) sizes.push(Number(`1e${power}`));
  const ticks = [...sizes.map((size) => -size), 0, ...sizes.reverse()].filter((tick) => tick >= from && tick <= to);
  return ticks.length >= 3 ? ticks : linearTicks(from, to, atMost);
}

/** A drawn axis: what it spans and which values are written at it. */
export interface AxisPlan {
  scale: AxisScale;
  /** Both ends, as values. */
  from: number;
  to: number;
  ticks: number[];
}

/** Room beyond the values on an axis with a logarithm, as a share of its length, and at least so much of a decade. */
const ROOM = 0.05;
const LEAST_ROOM = 0.01;

/**
 * An axis over values from `lowest` to `highest`, all of which it shows. On a linear axis both ends are round.
 *
 * @param lowest above 0 if the scale is logarithmic
 * @param fromZero a linear axis that reaches to 0
 */
export function planAxis(
  scale: AxisScale,
  lowest: number,
  highest: number,
  { fromZero = false, atMost = 5 }: { fromZero?: boolean; atMost?: number } = {},
): AxisPlan {
  if (scale.kind === 'linear') return planLinear(lowest, highest, fromZero, atMost);
  const [low, high] = [along(scale, lowest), along(scale, highest)];
  const room = Math.max(ROOM * (high - low), LEAST_ROOM);
  const [from, to] = [back(scale, low - room), back(scale, high + room)];
  const ticks = scale.kind === 'log' ? logTicks(from, to, atMost) : symlogTicks(scale, from, to, atMost);
  return { scale, from, to, ticks };
}

function planLinear(lowest: number, highest: number, fromZero: boolean, atMost: number): AxisPlan {
  let [low, high] = fromZero ? [Math.min(0, lowest), Math.max(0, highest)] : [lowest, highest];
  // less than float32 can tell apart is one value
  if (high - low <= 1e-7 * Math.max(Math.abs(low), Math.abs(high))) {
    const room = 0.1 * Math.abs(low) || 1;
    [low, high] = fromZero && low === 0 ? [0, 1] : [low - room, high + room];
  }
  const step = roundStep(low, high, atMost);
  const round = (count: number): number => Number((count * step).toPrecision(12));
  const [from, to] = [round(Math.floor(low / step + 1e-9)), round(Math.ceil(high / step - 1e-9))];
  return { scale: { kind: 'linear' }, from, to, ticks: linearTicks(from, to, Math.ceil((to - from) / step)) };
}

/** Digits of a tick at most: more than float32 has, fewer than make noise of a sum. */
const DIGITS = 9;

/** A tick of an axis in words, exact and short: `20K`, `0.5`, `1E31`. */
export function formatTick(value: number, locale: string): string {
  const size = Math.abs(value);
  const notation = size >= 1e15 || (size !== 0 && size < 1e-3) ? 'scientific' : size >= 10_000 ? 'compact' : 'standard';
  // adding 0 makes a negative zero a plain one
  const exact = Number(value.toPrecision(DIGITS)) + 0;
  return new Intl.NumberFormat(locale, { notation, maximumSignificantDigits: DIGITS }).format(exact);
}
