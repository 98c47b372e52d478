import type { CodeLayer } from '@shared/specs';
import { heat } from './usage';

/** How often each code was used, at each evaluation of a run. */
export interface UsageHistory {
  steps: readonly number[];
  codes: number;
  /** `steps.length × codes` counts, row by row. */
  counts: Uint32Array;
}

/** The part of a history of all layers' codes that one layer's are; null where there is none, or it is of other codes. */
export function layerHistory(history: UsageHistory, { firstCode, codes }: CodeLayer): UsageHistory | null {
  if (history.steps.length === 0 || firstCode + codes > history.codes) return null;
  if (codes === history.codes) return history;
  const counts = new Uint32Array(history.steps.length * codes);
  history.steps.forEach((_, row) => {
    const start = row * history.codes + firstCode;
    counts.set(history.counts.subarray(start, start + codes), row * codes);
  });
  return { steps: history.steps, codes, counts };
}

export function rowOf(history: UsageHistory, row: number): Uint32Array {
  return history.counts.subarray(row * history.codes, (row + 1) * history.codes);
}

/**
 * Brightness of a picture of use over time, a row an evaluation and a column a place in the order of codes. Where there are
 * more codes than `columns`, a column is the mean of its codes. One scale for all steps; NaN where all codes are dead.
 *
 * @returns `steps.length × min(columns, codes)`, row by row
 */
export function historyHeat(
  history: UsageHistory,
  order: Int32Array,
  columns: number,
): { width: number; values: Float32Array } {
  const width = Math.max(1, Math.min(columns, history.codes));
  const pooled = new Float32Array(history.steps.length * width);
  for (let row = 0; row < history.steps.length; row++) {
    const counts = rowOf(history, row);
    for (let column = 0; column < width; column++) {
      const [from, to] = codesOfColumn(column, width, history.codes);
      let sum = 0;
      for (let place = from; place < to; place++) sum += counts[order[place]!]!;
      pooled[row * width + column] = sum / (to - from);
    }
  }
  return { width, values: heat(pooled) };
}

/** The places of the order that a column of the picture stands for: from the first to before the second. */
export function codesOfColumn(column: number, width: number, codes: number): [number, number] {
  const from = Math.floor((column * codes) / width);
  return [from, Math.max(from + 1, Math.floor(((column + 1) * codes) / width))];
}
