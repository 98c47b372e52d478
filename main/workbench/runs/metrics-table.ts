import { metricCell, type Metrics } from '@shared/contract';
import type { MetricLine } from '@shared/specs';

const FIRST_ROWS = 1024;

/** Rows of metrics in columns that grow; steps never fall. What was recorded but not finite (null in the file) is Infinity. */
export interface MetricsTable {
  readonly rows: number;
  /** Memory that the columns take, with the room for rows to come. */
  readonly bytes: number;
  /** Adds a row. One that goes back (a run continued from a checkpoint) replaces all rows from its step on. */
  append(line: MetricLine): void;
  /** Rows after step `after` (exclusive), copied. */
  after(after: number): Metrics;
}

export function createMetricsTable(): MetricsTable {
  let rows = 0;
  let room = FIRST_ROWS;
  let step = new Float64Array(room);
  let wall = new Float64Array(room);
  const series = new Map<string, Float32Array>();

  const grow = (): void => {
    room *= 2;
    step = resized(step, room, (length) => new Float64Array(length));
    wall = resized(wall, room, (length) => new Float64Array(length));
    for (const [name, values] of series) series.set(name, resized(values, room, missing));
  };

  /** The first row with a step of at least `wanted`. */
  const firstAt = (wanted: number): number => {
    let low = 0;
    let high = rows;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (step[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  /** An evaluation is a second row of its step; the same series twice at a step means that the step ran again. */
  const goesBack = (line: MetricLine): boolean => {
    if (rows === 0) return false;
    const last = step[rows - 1]!;
    if (line.step !== last) return line.step < last;
    const names = Object.keys(line.values);
    for (let row = firstAt(line.step); row < rows; row++) {
      if (names.some((name) => !Number.isNaN(series.get(name)?.[row] ?? NaN))) return true;
    }
    return false;
  };

  const cutFrom = (row: number): void => {
    for (const values of series.values()) values.fill(NaN, row, rows);
    rows = row;
  };

  return {
    get rows() {
      return rows;
    },
    get bytes() {
      return step.byteLength + wall.byteLength + series.size * room * Float32Array.BYTES_PER_ELEMENT;
    },
    append: (line) => {
      if (goesBack(line)) cutFrom(firstAt(line.step));
      if (rows === room) grow();
      step[rows] = line.step;
      wall[rows] = line.wall;
      for (const [name, value] of Object.entries(line.values)) {
        let values = series.get(name);
        if (!values) series.set(name, (values = missing(room)));
        values[rows] = metricCell(value);
      }
      rows += 1;
    },
    after: (after) => {
      const from = firstAt(after + 1);
      return {
        step: step.slice(from, rows),
        wall: wall.slice(from, rows),
        series: Object.fromEntries([...series].map(([name, values]) => [name, values.slice(from, rows)])),
      };
    },
  };
}

const missing = (length: number): Float32Array<ArrayBuffer> => new Float32Array(length).fill(NaN);

function resized<T extends Float32Array | Float64Array>(old: T, length: number, create: (length: number) => T): T {
  const grown = create(length);
  grown.set(old);
  return grown;
}
