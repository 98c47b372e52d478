import { EVENTS_PER_SECOND } from '@shared/wire/coalesce';

export type ImportPhase = 'looking' | 'reading' | 'finishing';

/** How far an import is: `done` files and pictures dealt with (imported or skipped) of `total`, null while unknown. */
export interface ImportProgress {
  phase: ImportPhase;
  done: number;
  total: number | null;
  skipped: number;
  secondsLeft: number | null;
}

const SECONDS_BEFORE_ESTIMATE = 1;

/** Hands progress on at most 20 times a second; the start and end of a phase always. */
export function createProgress(report: (progress: ImportProgress) => void): {
  begin(phase: ImportPhase, total: number | null): void;
  step(done: number, skipped: number): void;
} {
  let phase: ImportPhase = 'looking';
  let total: number | null = null;
  let began = 0;
  let reported = 0;
  const send = (done: number, skipped: number, now: number): void => {
    reported = now;
    const seconds = (now - began) / 1000;
    const left =
      total === null || done === 0 || seconds < SECONDS_BEFORE_ESTIMATE
        ? null
        : (seconds / done) * Math.max(0, total - done);
    report({ phase, done, total, skipped, secondsLeft: left });
  };
  return {
    begin(next, expected) {
      [phase, total, began] = [next, expected, performance.now()];
      send(0, 0, began);
    },
    step(done, skipped) {
      const now = performance.now();
      if (done === total || now - reported >= 1000 / EVENTS_PER_SECOND) send(done, skipped, now);
    },
  };
}
