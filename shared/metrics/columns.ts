import type { Metrics } from '../contract/runs';

/** Several stretches of rows as one, in the order given; a series that a stretch lacks is NaN there. */
export function mergeMetrics(parts: readonly Metrics[]): Metrics {
  if (parts.length === 1) return parts[0]!;
  const rows = parts.reduce((sum, { step }) => sum + step.length, 0);
  const merged: Metrics = { step: new Float64Array(rows), wall: new Float64Array(rows), series: {} };
  let at = 0;
  for (const { step, wall, series } of parts) {
    merged.step.set(step, at);
    merged.wall.set(wall, at);
    for (const [name, values] of Object.entries(series))
      (merged.series[name] ??= new Float32Array(rows).fill(NaN)).set(values, at);
    at += step.length;
  }
  return merged;
}

/** Rows with a step above `after`; steps don't fall within one batch of rows. */
export function rowsAfter({ step, wall, series }: Metrics, after: number): Metrics {
  const first = step.findIndex((value) => value > after);
  const from = first === -1 ? step.length : first;
  return {
    step: step.slice(from),
    wall: wall.slice(from),
    series: Object.fromEntries(Object.entries(series).map(([name, values]) => [name, values.slice(from)])),
  };
}
