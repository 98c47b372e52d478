import type { Metrics } from '@shared/contract';
import { createStepTable } from '@shared/metrics';

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

/** A run's metrics as charts take them: a table by step, and of each series its finite values. */
export class MetricTable {
  private readonly table = createStepTable();
  private readonly views = new Map<string, SeriesView>();

  /** How many steps have a row. */
  get length(): number {
    return this.table.rows;
  }

  /** The newest row's step; -1 before the first. */
  get lastStep(): number {
    return this.table.lastStep;
  }

  get names(): string[] {
    return this.table.names;
  }

  /** Adds rows, by the rule of `StepTable.add`. */
  append(metrics: Metrics): void {
    this.table.append(metrics);
    if (metrics.step.length > 0) this.views.clear();
  }

  /** The values of a series, or null if the run never had it. The same object until the table grows. */
  view(name: string): SeriesView | null {
    const column = this.table.column(name);
    if (!column) return null;
    const known = this.views.get(name);
    if (known) return known;
    const view = this.compact(column);
    this.views.set(name, view);
    return view;
  }

  /** The newest finite value of a series, or null. */
  latest(name: string): number | null {
    return this.table.column(name)?.findLast(Number.isFinite) ?? null;
  }

  private compact(column: Float32Array): SeriesView {
    const [steps, walls] = [this.table.steps(), this.table.walls()];
    const events: SeriesEvent[] = [];
    let present = 0;
    for (let row = 0; row < column.length; row++) {
      if (Number.isFinite(column[row]!)) present++;
      else if (!Number.isNaN(column[row]!)) events.push({ step: steps[row]!, wall: walls[row]! });
    }
    if (present === column.length) return { step: steps, wall: walls, value: column, events };
    const view = {
      step: new Float64Array(present),
      wall: new Float64Array(present),
      value: new Float32Array(present),
      events,
    };
    for (let row = 0, to = 0; row < column.length; row++) {
      if (!Number.isFinite(column[row]!)) continue;
      view.step[to] = steps[row]!;
      view.wall[to] = walls[row]!;
      view.value[to++] = column[row]!;
    }
    return view;
  }
}
