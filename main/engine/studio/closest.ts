/** One row of a set, and the squared Euclidean distance to it. */
export interface Near {
  row: number;
  squared: number;
}

/**
 * The rows nearest to each of a few queries, of a set that comes in pieces.
 * @param queries [Q, size]
 * @param keep how many of them, at most
 */
export function createClosest(queries: Float32Array, size: number, keep: number) {
  const count = queries.length / size;
  const found = Array.from({ length: count }, (): Near[] => []);
  return {
    /** Rows [n, size], the first of which is the set's row `from`. */
    add(rows: Float32Array, from: number): void {
      for (let query = 0; query < count; query++) {
        const near = found[query]!;
        for (let row = 0; row < rows.length / size; row++) {
          const limit = near.length < keep ? Infinity : near.at(-1)!.squared;
          const squared = squaredDistance(queries, query * size, rows, row * size, size, limit);
          if (squared >= limit) continue;
          near.splice(placeOf(near, squared), 0, { row: from + row, squared });
          near.length = Math.min(near.length, keep);
        }
      }
    },
    /** For each query the nearest first; of equals the first row. */
    nearest: (): readonly (readonly Near[])[] => found,
  };
}

/** Numbers after which it is looked whether the distance is too long already. */
const PIECE = 64;

/** Or a number that isn't below `limit`. */
function squaredDistance(a: Float32Array, from: number, b: Float32Array, start: number, size: number, limit: number) {
  let sum = 0;
  for (let piece = 0; piece < size && sum < limit; piece += PIECE)
    for (let at = piece, end = Math.min(size, piece + PIECE); at < end; at++)
      sum += (a[from + at]! - b[start + at]!) ** 2;
  return sum;
}

function placeOf(near: readonly Near[], squared: number): number {
  const place = near.findIndex((other) => other.squared > squared);
  return place < 0 ? near.length : place;
}
