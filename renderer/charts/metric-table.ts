import type { Metrics } from '@shared/contract';

/** One line of a chart: values of one series of one run at ascending steps. The arrays are views; never write to them. */
export interface SeriesView {
  /** Training step of each value. */
  step: Float64Array;
  /** Seconds since the epoch of each value. */
  wall: Float64Array;
  value: Float32Array;
  /** Where a value was recorded that is not finite. */
  events: readonly SeriesEvent[];
}
export interface SeriesEvent {
  step: number;
  wall: number;
}

const FIRST_CAPACITY = 256;
/**
 * A run's metrics in growable columns: appending is amortised constant, and every view shares the column's memory.
 * Rows ascend by step; one step is one row, whether it was announced in one line or in two (training, evaluation).
 */
export class MetricTable {
  private capacity = FIRST_CAPACITY;
  private rows = 0;
  private steps = new Float64Array(FIRST_CAPACITY);
  private walls = new Float64Array(FIRST_CAPACITY);
  private readonly columns = new Map<string, Float32Array>();
  private readonly views = new Map<string, SeriesView>();

  /** How many steps have a row. */
  get length(): number {
    return this.rows;
  }

  /** The newest row's step; -1 before the first. */
  get lastStep(): number {
    return this.rows === 0 ? -1 : this.steps[this.rows - 1]!;
  }

  get names(): string[] {
    return [...this.columns.keys()];
  }

  /**
   * Adds rows. A row whose step is already the newest is merged into it; a row of an earlier step means that the run went
   * on from a checkpoint, or that an announcement overlaps a snapshot: what the table holds from that step on is replaced.
   */
  append(metrics: Metrics): void {
    const incoming = Object.entries(metrics.series);
    for (const [name] of incoming) this.column(name);
    for (let row = 0; row < metrics.step.length; row++) {
      const step = metrics.step[row]!;
      if (step < this.lastStep) this.rows = this.firstRowFrom(step);
      if (step !== this.lastStep) this.addRow(step, metrics.wall[row]!);
      for (const [name, values] of incoming) {
        const value = values[row];
        if (value !== undefined && !Number.isNaN(value)) this.column(name)[this.rows - 1] = value;
      }
    }
    if (metrics.step.length > 0) this.views.clear();
  }

  /** The values of a series, or null if the run never had it. The same object until the table grows. */
  view(name: string): SeriesView | null {
    const column = this.columns.get(name);
    if (!column) return null;
    const known = this.views.get(name);
    if (known) return known;
    const view = this.compact(column);
    this.views.set(name, view);
    return view;
  }

  /** The newest finite value of a series, or null. */
  latest(name: string): number | null {
    const column = this.columns.get(name);
    for (let row = this.rows - 1; column && row >= 0; row--) {
      if (Number.isFinite(column[row]!)) return column[row]!;
    }
    return null;
  }

  private compact(column: Float32Array): SeriesView {
    const events: SeriesEvent[] = [];
    let present = 0;
    for (let row = 0; row < this.rows; row++) {
      if (Number.isFinite(column[row]!)) present++;
      else if (!Number.isNaN(column[row]!)) events.push({ step: this.steps[row]!, wall: this.walls[row]! });
    }
    if (present === this.rows) {
      const { rows } = this;
      return {
        step: this.steps.subarray(0, rows),
        wall: this.walls.subarray(0, rows),
        value: column.subarray(0, rows),
        events,
      };
    }
    const view = {
      step: new Float64Array(present),
      wall: new Float64Array(present),
      value: new Float32Array(present),
      events,
    };
    for (let row = 0, to = 0; row < this.rows; row++) {
      if (!Number.isFinite(column[row]!)) continue;
      view.step[to] = this.steps[row]!;
      view.wall[to] = this.walls[row]!;
      view.value[to++] = column[row]!;
    }
    return view;
  }

  private firstRowFrom(step: number): number {
    let low = 0;
    let high = this.rows;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.steps[middle]! < step) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private addRow(step: number, wall: number): void {
    if (this.rows === this.capacity) this.grow();
    this.steps[this.rows] = step;
    this.walls[this.rows] = wall;
    for (const column of this.columns.values()) column[this.rows] = NaN;
    this.rows++;
  }

  private column(name: string): Float32Array {
    let column = this.columns.get(name);
    if (!column) {
      column = new Float32Array(this.capacity).fill(NaN);
      this.columns.set(name, column);
    }
    return column;
  }

  private grow(): void {
    this.capacity *= 2;
    const wider = <T extends Float64Array | Float32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.steps = wider(this.steps, new Float64Array(this.capacity));
    this.walls = wider(this.walls, new Float64Array(this.capacity));
    for (const [name, column] of this.columns)
      this.columns.set(name, wider(column, new Float32Array(this.capacity).fill(NaN)));
  }
}
