import type { DatasetManifest } from '@shared/specs/dataset';

/** Smallest, middle and largest width and height that pictures came with, each side by itself. */
export function createSizeSummary(): {
  add(width: number, height: number): void;
  summary(): DatasetManifest['sourceSizes'];
} {
  const widths = new Map<number, number>();
  const heights = new Map<number, number>();
  const count = (sides: Map<number, number>, side: number): void => void sides.set(side, (sides.get(side) ?? 0) + 1);
  return {
    add(width, height) {
      count(widths, width);
      count(heights, height);
    },
    /** Pairs are `[width, height]`. */
    summary() {
      const [w, h] = [quantiles(widths), quantiles(heights)];
      return { minimum: [w.minimum, h.minimum], median: [w.median, h.median], maximum: [w.maximum, h.maximum] };
    },
  };
}

function quantiles(counts: ReadonlyMap<number, number>): { minimum: number; median: number; maximum: number } {
  const sides = [...counts].sort(([a], [b]) => a - b);
  const half = sides.reduce((sum, [, count]) => sum + count, 0) / 2;
  let passed = 0;
  const median = sides.find(([, count]) => (passed += count) >= half);
  return { minimum: sides[0]?.[0] ?? 0, median: median?.[0] ?? 0, maximum: sides.at(-1)?.[0] ?? 0 };
}
