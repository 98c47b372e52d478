import { lowerBound, nearestIndex, type Range } from './downsample';
import { drawnValues, positions, type Trace, type XAxis } from './trace';
import type { ChartView } from './option';

/** What every line says at one place of the horizontal axis. */
export interface Readout {
  /** The place itself: that of the nearest recorded value of any trace. */
  x: number;
  step: number;
  rows: ReadoutRow[];
}
export interface ReadoutRow {
  trace: Trace;
  /** As recorded, and as drawn when smoothing is on. */
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
    return index < 0 ? [] : [{ trace, index, at: at[index]!, inside: x >= at[0]! && x <= at[at.length - 1]! }];
  });
  const closest = near.reduce<(typeof near)[number] | null>(
    (best, candidate) => (best === null || Math.abs(candidate.at - x) < Math.abs(best.at - x) ? candidate : best),
    null,
  );
  if (!closest) return null;
  const rows = near
    .filter(({ at, inside }) => inside || Math.abs(at - x) <= reach)
    .map(({ trace, index }) => ({
      trace,
      value: trace.value[index]!,
      smoothed: drawnValues(trace, view.smoothing)[index]!,
      step: trace.step[index]!,
    }));
  return { x: closest.at, step: closest.trace.step[closest.index]!, rows };
}

/** Recorded places of the longest trace in a range, ascending, at most `limit` of them, evenly chosen. */
export function places(traces: readonly Trace[], axis: XAxis, range: Range, limit: number): number[] {
  let longest: Float64Array = new Float64Array(0);
  for (const trace of traces) {
    const x = positions(trace, axis);
    const inside = x.subarray(lowerBound(x, range.from), nextAfter(x, range.to));
    if (inside.length > longest.length) longest = inside;
  }
  if (longest.length <= limit) return [...longest];
  return Array.from({ length: limit }, (_, i) => longest[Math.round((i * (longest.length - 1)) / (limit - 1))]!);
}

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
