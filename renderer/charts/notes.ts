import { positions, spreadOfTrace, type Trace } from './trace';
import { xScale, yScale, type ChartView } from './view';

/** What a chart doesn't show as a plain line, or shows in a way that must be said. */
export type ChartNote =
  /** Values of 0 or below on a logarithmic axis. */
  | { kind: 'values'; count: number }
  /** Places of 0 or before on a logarithmic horizontal axis. */
  | { kind: 'places'; count: number }
  /** Steps whose value was not finite, and the first of them. */
  | { kind: 'notFinite'; count: number; step: number }
  /** The axis is logarithmic on both sides of 0. */
  | { kind: 'symlog' };

/** All that must be said of a chart in words; what is left out comes first. */
export function notesOf(traces: readonly Trace[], view: ChartView): ChartNote[] {
  const scale = yScale(traces, view).kind;
  const sum = (of: (trace: Trace) => number): number => traces.reduce((total, trace) => total + of(trace), 0);
  const values = scale === 'log' ? sum((trace) => spreadOfTrace(trace)?.notPositive ?? 0) : 0;
  const places = xScale(view) === 'log' ? sum((trace) => countNotPositive(positions(trace, view.xAxis))) : 0;
  const notFinite = sum((trace) => trace.events.length);
  const step = Math.min(...traces.flatMap(({ events }) => events.slice(0, 1).map((event) => event.step)));
  return [
    ...(values > 0 ? [{ kind: 'values', count: values } as const] : []),
    ...(places > 0 ? [{ kind: 'places', count: places } as const] : []),
    ...(notFinite > 0 ? [{ kind: 'notFinite', count: notFinite, step } as const] : []),
    ...(scale === 'symlog' ? [{ kind: 'symlog' } as const] : []),
  ];
}

/** How many of ascending places are 0 or below. */
function countNotPositive(x: Float64Array): number {
  const first = x.findIndex((place) => place > 0);
  return first < 0 ? x.length : first;
}
