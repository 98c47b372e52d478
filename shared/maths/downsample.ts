/** Where a value stands on an axis that is linear or logarithmic. */
export type Scale = 'linear' | 'log';

/** A part of an axis, both ends included. */
export interface Range {
  from: number;
  to: number;
}

/** First index whose value is ≥ `x` in an ascending array; its length if none is. */
export function lowerBound(ascending: ArrayLike<number>, x: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the value nearest to `x` in an ascending array; -1 if it is empty. */
export function nearestIndex(ascending: ArrayLike<number>, x: number): number {
  const after = lowerBound(ascending, x);
  if (after === 0) return ascending.length === 0 ? -1 : 0;
  if (after === ascending.length) return after - 1;
  return x - ascending[after - 1]! <= ascending[after]! - x ? after - 1 : after;
}

/**
 * At most two points a bucket of the visible range: the lowest and the highest of it, in their order, so that no spike
 * is lost; buckets are equally wide on the screen, also on a logarithmic axis. One point either side of the range is
 * kept so that the line runs on to the border.
 *
 * @param x ascending; with `scale` log only values above 0 are drawn
 * @param y as long as `x`; values that aren't finite are left out
 * @param buckets how many columns the range is cut into, about one a pixel
 * @returns interleaved `[x₀, y₀, x₁, y₁, …]`
 */
export function downsample(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  range: Range,
  buckets: number,
  scale: Scale = 'linear',
): Float64Array {
  const first = Math.max(lowerBound(x, range.from) - 1, scale === 'log' ? lowerBound(x, Number.MIN_VALUE) : 0);
  const last = Math.min(lowerBound(x, range.to) + 1, x.length);
  if (last - first <= 2 * buckets) return everyPoint(x, y, first, last);

  const along = scale === 'log' ? Math.log : (value: number): number => value;
  const back = scale === 'log' ? Math.exp : (value: number): number => value;
  const origin = along(scale === 'log' && range.from <= 0 ? x[first]! : range.from);
  const bucketWidth = (along(range.to) - origin) / buckets;
  /** Where the bucket that holds a place ends: places are compared with it, so that the loop needs no logarithm. */
  const endOf = (place: number): number => {
    const bucket = Math.floor((along(place) - origin) / bucketWidth);
    return bucket >= buckets ? Infinity : back(origin + Math.max(0, bucket + 1) * bucketWidth);
  };
  const points = new Float64Array(8 * (buckets + 3));
  let length = 0;
  let i = first;
  while (i < last && length < points.length) {
    const end = endOf(x[i]!);
    let lowest = -1;
    let highest = -1;
    let low = Infinity;
    let high = -Infinity;
    do {
      const value = y[i]!;
      if (value < low && value > -Infinity) {
        low = value;
        lowest = i;
      }
      if (value > high && value < Infinity) {
        high = value;
        highest = i;
      }
      i++;
    } while (i < last && x[i]! < end);
    if (lowest < 0) continue;
    const early = Math.min(lowest, highest);
    const late = Math.max(lowest, highest);
    points[length++] = x[early]!;
    points[length++] = y[early]!;
    if (late !== early) {
      points[length++] = x[late]!;
      points[length++] = y[late]!;
    }
  }
  return points.subarray(0, length);
}

function everyPoint(x: ArrayLike<number>, y: ArrayLike<number>, first: number, last: number): Float64Array {
  const points = new Float64Array(2 * Math.max(0, last - first));
  let length = 0;
  for (let i = first; i < last; i++) {
    if (!Number.isFinite(y[i]!)) continue;
    points[length++] = x[i]!;
    points[length++] = y[i]!;
  }
  return points.subarray(0, length);
}
