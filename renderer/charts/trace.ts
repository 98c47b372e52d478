import { spreadOf, type Spread } from '@shared/maths';
import type { Dash } from './palette';
import type { SeriesEvent } from './metric-table';
import { lowerBound } from '@shared/maths';
import { smooth } from './smoothing';

/** What the horizontal axis counts: training steps, the clock, or seconds since a run began. */
export type XAxis = 'step' | 'wall' | 'relative';
export const xAxes: readonly XAxis[] = ['step', 'wall', 'relative'];

/** One line of a chart: a series of one run. Make a new object when the data grew: derived data is kept by identity. */
export interface Trace {
  /** Unique in its chart, the same from update to update. */
  id: string;
  label: string;
  /** Slot of the palette; the same run has the same slot in every chart. */
  colour: number;
  dash: Dash;
  /** Few values worth a mark each, such as evaluations; these are not smoothed. */
  marks: boolean;
  /** Ascending, as long as `value`. */
  step: Float64Array;
  /** Seconds since the epoch. */
  wall: Float64Array;
  value: Float32Array;
  /** Steps whose value was not a finite number. */
  events: readonly SeriesEvent[];
}

const clocks = new WeakMap<Trace, Float64Array>();
const relatives = new WeakMap<Trace, Float64Array>();
const milliseconds = new WeakMap<Trace, Float64Array>();
const smoothings = new WeakMap<Trace, { weight: number; values: Float32Array }>();
const spreads = new WeakMap<Trace, Spread | null>();
const rawPoints = new WeakMap<Trace, { key: string; points: Float64Array }>();

/** Horizontal positions of a trace, ascending: steps, milliseconds since the epoch, or seconds since its first value. */
export function positions(trace: Trace, axis: XAxis): Float64Array {
  if (axis === 'step') return trace.step;
  const seconds = remember(clocks, trace, () => neverBack(trace.wall));
  if (axis === 'wall') return remember(milliseconds, trace, () => seconds.map((second) => second * 1000));
  return remember(relatives, trace, () => seconds.map((second) => second - seconds[0]!));
}

/** Horizontal position of an event of a trace. */
export function eventPosition(trace: Trace, event: SeriesEvent, axis: XAxis): number {
  if (axis === 'step') return event.step;
  const at = Math.min(lowerBound(trace.step, event.step), trace.step.length - 1);
  const seconds = remember(clocks, trace, () => neverBack(trace.wall));
  const second = event.wall + (at < 0 ? 0 : seconds[at]! - trace.wall[at]!);
  return axis === 'wall' ? second * 1000 : second - (seconds[0] ?? second);
}

/** The times of a clock that was never set back: from where one was, the times after it are later by as much. */
function neverBack(wall: Float64Array): Float64Array {
  let back = 0;
  return wall.map((second, i) => (back += Math.max(0, (wall[i - 1] ?? second) - second)) + second);
}

/** Horizontal positions of all events of a trace, ascending. */
export const eventPositions = (trace: Trace, axis: XAxis): Float64Array =>
  Float64Array.from(trace.events, (event) => eventPosition(trace, event, axis));

/** What the values of a trace span; null where it has none. */
export const spreadOfTrace = (trace: Trace): Spread | null => remember(spreads, trace, () => spreadOf(trace.value));

/** The values as they are drawn: smoothed over the full data, before any point is left out. */
export function drawnValues(trace: Trace, smoothing: number): Float32Array {
  if (trace.marks || smoothing <= 0) return trace.value;
  const known = smoothings.get(trace);
  if (known?.weight === smoothing) return known.values;
  const before = known?.values === trace.value ? undefined : known?.values;
  const values = smooth(trace.value, smoothing, before);
  smoothings.set(trace, { weight: smoothing, values });
  return values;
}

/** What `make` answers for the raw line of a trace, kept until `key` changes: smoothing does not touch it. */
export function keptRawPoints(trace: Trace, key: string, make: () => Float64Array): Float64Array {
  const known = rawPoints.get(trace);
  if (known?.key === key) return known.points;
  const points = make();
  rawPoints.set(trace, { key, points });
  return points;
}

function remember<V>(cache: WeakMap<Trace, V>, trace: Trace, make: () => V): V {
  let value = cache.get(trace);
  if (value === undefined) {
    value = make();
    cache.set(trace, value);
  }
  return value;
}
