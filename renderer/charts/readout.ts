import { lowerBound, nearestIndex, type Range } from '@shared/maths';
import { drawnValues, eventPositions, positions, type Trace, type XAxis } from './trace';
import type { ChartView } from './view';

/** What every line says at one place of the horizontal axis. */
export interface Readout {
  /** The place itself: that of the nearest recorded value of any trace. */
  x: number;
  step: number;
  rows: ReadoutRow[];
}
export interface ReadoutRow {
  trace: Trace;
  /** As recorded, and as drawn when smoothing is on; NaN where the value was not finite. */
  value: number;
  smoothed: number;
  /** Step of this trace's own nearest value. */
  step: number;
}

/**
 * The values of all series nearest to `x`, from the full data: the drawn points are too few, and lie at other steps in
 * every series. A trace that does not reach `x` (it ended before, or begins after) has no row.
 *
 * @param reach how far from `x` a value may lie, in units of the axis
 */
export function readAt(traces: readonly Trace[], view: ChartView, x: number, reach: number): Readout | null {
  const near = traces.flatMap((trace) => {
    const at = positions(trace, view.xAxis);
    const index = nearestIndex(at, x);
    const event = nearestEvent(trace, view.xAxis, x);
    const [first, last] = [at[0] ?? NaN, at[at.length - 1] ?? NaN];
    const inside = x >= first && x <= last;
    if (event && (index < 0 || Math.abs(event.at - x) < Math.abs(at[index]! - x)))
      return [{ trace, at: event.at, inside, value: NaN, smoothed: NaN, step: event.step }];
    if (index < 0) return [];
    const smoothed = drawnValues(trace, view.smoothing)[index]!;
    return [{ trace, at: at[index]!, inside, value: trace.value[index]!, smoothed, step: trace.step[index]! }];
  });
  const closest = near.reduce<(typeof near)[number] | null>(
    (best, candidate) => (best === null || Math.abs(candidate.at - x) < Math.abs(best.at - x) ? candidate : best),
    null,
  );
  if (!closest) return null;
  const rows = near
    .filter(({ at, inside }) => inside || Math.abs(at - x) <= reach)
    .map(({ trace, value, smoothed, step }) => ({ trace, value, smoothed, step }));
  return { x: closest.at, step: closest.step, rows };
}

/** The event nearest to `x`. */
function nearestEvent(trace: Trace, axis: XAxis, x: number): { at: number; step: number } | null {
  if (trace.events.length === 0) return null;
  const at = eventPositions(trace, axis);
  const index = nearestIndex(at, x);
  return { at: at[index]!, step: trace.events[index]!.step };
}

/** Recorded places of the longest trace in a range, also those whose value was not finite, ascending, at most `limit` of them, evenly chosen. */
export function places(traces: readonly Trace[], axis: XAxis, range: Range, limit: number): number[] {
  let longest: number[] | Float64Array = [];
  for (const trace of traces) {
    const inside = within(positions(trace, axis), range);
    const events = trace.events.length === 0 ? [] : within(eventPositions(trace, axis), range);
    if (inside.length + events.length <= longest.length) continue;
    longest = events.length === 0 ? inside : [...inside, ...events].sort((a, b) => a - b);
  }
  if (longest.length <= limit) return [...longest];
  return Array.from({ length: limit }, (_, i) => longest[Math.round((i * (longest.length - 1)) / (limit - 1))]!);
}

const within = (x: Float64Array, { from, to }: Range): Float64Array =>
  x.subarray(lowerBound(x, from), nextAfter(x, to));

/** First index behind all values up to and including `x`. */
function nextAfter(ascending: Float64Array, x: number): number {
  let index = lowerBound(ascending, x);
  while (index < ascending.length && ascending[index] === x) index++;
  return index;
}

/** What a trace did, in numbers: for the spoken summary of a chart. */
export interface TraceSummary {
  label: string;
  first: { step: number; value: number };
  last: { step: number; value: number };
  lowest: { step: number; value: number };
  highest: { step: number; value: number };
}

const summaries = new WeakMap<Trace, TraceSummary>();

export function summarize(trace: Trace): TraceSummary | null {
  const known = summaries.get(trace);
  if (known) return known;
  const { value, step } = trace;
  if (value.length === 0) return null;
  let low = 0;
  let high = 0;
  for (let i = 1; i < value.length; i++) {
    if (value[i]! < value[low]!) low = i;
    if (value[i]! > value[high]!) high = i;
  }
  const at = (index: number): { step: number; value: number } => ({ step: step[index]!, value: value[index]! });
  const summary = { label: trace.label, first: at(0), last: at(value.length - 1), lowest: at(low), highest: at(high) };
  summaries.set(trace, summary);
  return summary;
}
