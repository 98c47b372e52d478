import type { Metrics } from '../contract/runs';

const FIRST_ROWS = 1024;

/**
 * A run's metrics in columns that grow: steps ascend and one step is one row, whether it came in one line or in two
 * (training, evaluation). NaN in a column is no value, Infinity one that is not finite.
 */
export interface StepTable {
  /** How many steps have a row. */
  readonly rows: number;
  /** The newest row's step; -1 before the first. */
  readonly lastStep: number;
  /** Memory that the columns take, with the room for rows to come. */
  readonly bytes: number;
  readonly names: string[];
  /**
   * Adds values at a step. At the newest step they are merged into its row; a step before it means that the run went on
   * from a checkpoint, or that an announcement overlaps a snapshot: every row from that step on is replaced.
   */
  add(step: number, wall: number, values: Iterable<readonly [name: string, value: number]>): void;
  /** Adds every row of `metrics`. */
  append(metrics: Metrics): void;
  /** Rows after step `after` (exclusive), copied. */
  after(after: number): Metrics;
  /**
   * [rows] of each row. A view of the column's memory, as those below are: never write to it, and ask anew once rows
   * were added.
   */
  steps(): Float64Array;
  /** [rows] Seconds since the epoch. */
  walls(): Float64Array;
  /** [rows] The values of a series; null if the run never had it. */
  column(name: string): Float32Array | null;
}

export function createStepTable(): StepTable {
  let rows = 0;
  let room = FIRST_ROWS;
  let steps = new Float64Array(room);
  let walls = new Float64Array(room);
  const series = new Map<string, Float32Array>();

  const grow = (): void => {
    room *= 2;
    steps = widened(steps, new Float64Array(room));
    walls = widened(walls, new Float64Array(room));
    for (const [name, values] of series) series.set(name, widened(values, new Float32Array(room).fill(NaN)));
  };
  const lastStep = (): number => (rows === 0 ? -1 : steps[rows - 1]!);
  /** The first row with a step of at least `wanted`. */
  const firstAt = (wanted: number): number => {
    let low = 0;
    let high = rows;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (steps[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const columnOf = (name: string): Float32Array => {
    let values = series.get(name);
    if (!values) series.set(name, (values = new Float32Array(room).fill(NaN)));
    return values;
  };
  /** Makes room for values at a step: answers its row. */
  const rowOf = (step: number, wall: number): number => {
    if (step < lastStep()) rows = firstAt(step);
    if (step === lastStep()) return rows - 1;
    if (rows === room) grow();
    steps[rows] = step;
    walls[rows] = wall;
    for (const values of series.values()) values[rows] = NaN;
    return rows++;
  };

  return {
    get rows() {
      return rows;
    },
    get lastStep() {
      return lastStep();
    },
    get bytes() {
      return steps.byteLength + walls.byteLength + series.size * room * Float32Array.BYTES_PER_ELEMENT;
    },
    get names() {
      return [...series.keys()];
    },
    add: (step, wall, values) => {
      const row = rowOf(step, wall);
      for (const [name, value] of values) if (!Number.isNaN(value)) columnOf(name)[row] = value;
    },
    append: ({ step, wall, series: incoming }) => {
      const columns = Object.entries(incoming);
      for (const [name] of columns) columnOf(name);
      for (let at = 0; at < step.length; at++) {
        const row = rowOf(step[at]!, wall[at]!);
        for (const [name, values] of columns) {
          const value = values[at];
          if (value !== undefined && !Number.isNaN(value)) columnOf(name)[row] = value;
        }
      }
    },
    after: (after) => {
      const from = firstAt(after + 1);
      return {
        step: steps.slice(from, rows),
        wall: walls.slice(from, rows),
        series: Object.fromEntries([...series].map(([name, values]) => [name, values.slice(from, rows)])),
      };
    },
    steps: () => steps.subarray(0, rows),
    walls: () => walls.subarray(0, rows),
    column: (name) => series.get(name)?.subarray(0, rows) ?? null,
  };
}

function widened<T extends Float32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
