/**
 * How a number changes over a run. `warmup` steps at the beginning raise it along a line from 0 to `from`; what
 * follows:
 *
 *   constant     from
 *   linear       a line from `from` to `to`
 *   cosine       half a cosine from `from` to `to` (Loshchilov and Hutter 2017, without restarts)
 *   exponential  a constant factor a step from `from` to `to`, both above 0
 *   step         `from` times `factor` after every `every` steps
 *
 * Kinds with `to` take `over` steps after the warm-up and then stay there; null is until the last step of the run.
 */
export type Schedule =
  | { kind: 'constant'; from: number; warmup: number }
  | { kind: 'linear' | 'cosine' | 'exponential'; from: number; to: number; over: number | null; warmup: number }
  | { kind: 'step'; from: number; factor: number; every: number; warmup: number };

/** A number for a whole run, or a schedule for it. */
export type Scheduled = number | Schedule;

/**
 * The value of an update: a pure function, the same in engine, form and charts.
 * @param step counted from 1
 * @param totalSteps of the run
 */
export function valueAt(scheduled: Scheduled, step: number, totalSteps: number): number {
  if (typeof scheduled === 'number') return scheduled;
  const { from, warmup } = scheduled;
  if (step <= warmup) return (from * step) / warmup;
  if (scheduled.kind === 'constant') return from;
  if (scheduled.kind === 'step') return from * scheduled.factor ** Math.floor((step - warmup) / scheduled.every);
  const { kind, to, over } = scheduled;
  const progress = Math.min(1, (step - warmup) / Math.max(1, over ?? totalSteps - warmup));
  if (kind === 'exponential') return from * (to / from) ** progress;
  const remaining = kind === 'linear' ? 1 - progress : (1 + Math.cos(Math.PI * progress)) / 2;
  return to + (from - to) * remaining;
}

/** A number as the schedule that means the same. */
export function asSchedule(scheduled: Scheduled): Schedule {
  return typeof scheduled === 'number' ? { kind: 'constant', from: scheduled, warmup: 0 } : scheduled;
}

/** Whether every step has the same value. */
export function isConstant(scheduled: Scheduled): boolean {
  return typeof scheduled === 'number' || (scheduled.kind === 'constant' && scheduled.warmup === 0);
}

/** Whether no step has another value than 0: what it weighs may be left out. */
export function isZero(scheduled: Scheduled): boolean {
  return isConstant(scheduled) && asSchedule(scheduled).from === 0;
}

/** The largest value that a run of `steps` steps meets. */
export function largestOf(scheduled: Scheduled, totalSteps: number): number {
  if (typeof scheduled === 'number') return scheduled;
  const first = Math.min(totalSteps, scheduled.warmup + 1);
  return Math.max(
    ...[first, scheduled.warmup, totalSteps].map((step) => valueAt(scheduled, Math.max(1, step), totalSteps)),
  );
}
