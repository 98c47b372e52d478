import type { ProgressReport } from '@shared/contract';
import { EVENTS_PER_SECOND } from '@shared/wire/coalesce';

const SECONDS_BEFORE_ESTIMATE = 1;

/**
 * Reports how far a job of `total` items (null: unknown) is: at most 20 times a second, its end always, with the time
 * left.
 */
export function createProgress(
  phase: string,
  report: (progress: ProgressReport) => void,
  now = () => performance.now(),
) {
  const began = now();
  let reported = -Infinity;
  return (done: number, total: number | null, skipped = 0): void => {
    const at = now();
    if (done !== total && at - reported < 1000 / EVENTS_PER_SECOND) return;
    reported = at;
    const seconds = (at - began) / 1000;
    const isKnown = total !== null && done > 0 && seconds >= SECONDS_BEFORE_ESTIMATE;
    report({ phase, done, total, skipped, secondsLeft: isKnown ? (seconds / done) * (total - done) : null });
  };
}

/** The same for a job of several phases, each with a total of its own. */
export function createPhases(report: (progress: ProgressReport) => void) {
  let current: { phase: string; step: ReturnType<typeof createProgress> } | null = null;
  return (phase: string, done: number, total: number): void => {
    if (current?.phase !== phase) current = { phase, step: createProgress(phase, report) };
    current.step(done, total);
  };
}
