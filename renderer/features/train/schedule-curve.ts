import { valueAt, type Scheduled } from '@shared/maths';

/** A schedule as a line: a path in a box of `width × height`, and what its axes end at. */
export interface ScheduleCurve {
  path: string;
  lowest: number;
  highest: number;
}

const POINTS = 160;

/** The values of a run, drawn from its first step to its last; zero is always in view. */
export function scheduleCurve(
  scheduled: Scheduled,
  steps: number,
  { width, height }: { width: number; height: number },
): ScheduleCurve {
  const count = Math.min(POINTS, steps);
  const at = Array.from(
    { length: count },
    (_, index) => 1 + Math.round((index * (steps - 1)) / Math.max(1, count - 1)),
  );
  const values = at.map((step) => valueAt(scheduled, step, steps));
  const highest = Math.max(...values, 0);
  const lowest = Math.min(...values, 0);
  const x = (step: number): number => (steps === 1 ? 0 : ((step - 1) / (steps - 1)) * width);
  const y = (value: number): number => height - ((value - lowest) / (highest - lowest || 1)) * height;
  const points = values.map((value, index) => `${x(at[index]!).toFixed(1)},${y(value).toFixed(1)}`);
  return { path: `M${points.join('L')}`, lowest: Math.min(...values), highest: Math.max(...values) };
}
