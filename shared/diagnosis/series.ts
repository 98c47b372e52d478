/** A value of a series and the step it belongs to. */
export interface Point {
  step: number;
  value: number;
}

/** A run's series by name: its values at ascending steps (where there is none, NaN), or null. */
export type SeriesOf = (name: string) => { step: ArrayLike<number>; value: ArrayLike<number> } | null;

/** The points of a series that are there, oldest first; of a series that isn't, none. */
export function pointsOf(series: SeriesOf, name: string): Point[] {
  const found = series(name);
  if (!found) return [];
  return Array.from(found.value, (value, row) => ({ step: found.step[row] ?? 0, value })).filter(({ value }) =>
    Number.isFinite(value),
  );
}

/** Means of `count` successive parts of equal length: what a noisy series says, without its noise. */
export function smoothed(points: readonly Point[], count: number): Point[] {
  if (points.length <= count) return [...points];
  return Array.from({ length: count }, (_, part) => {
    const some = points.slice(
      Math.floor((part * points.length) / count),
      Math.floor(((part + 1) * points.length) / count),
    );
    return { step: some.at(-1)?.step ?? 0, value: some.reduce((sum, { value }) => sum + value, 0) / some.length };
  });
}

/** The point with the smallest value by `rank`; undefined of none. */
export function extreme(points: readonly Point[], rank: (value: number) => number): Point | undefined {
  return points.reduce<Point | undefined>(
    (best, point) => (best === undefined || rank(point.value) < rank(best.value) ? point : best),
    undefined,
  );
}
