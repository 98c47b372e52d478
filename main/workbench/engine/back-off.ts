import type { EnginePolicy } from './policy';

/** Counts failures in a row and says how long to wait before the next try. */
export interface BackOff {
  /** Milliseconds to wait before trying again; null once it has been tried often enough. */
  next(): number | null;
  reset(): void;
  /** Failures in the current row. */
  readonly failures: number;
}

/** Waits double from `first` to `longest`; after `attempts` failures in a row there is no next try. */
export function createBackOff({ first, longest, attempts }: EnginePolicy['backOff']): BackOff {
  let failures = 0;
  return {
    next: () => {
      failures += 1;
      return failures > attempts ? null : Math.min(longest, first * 2 ** (failures - 1));
    },
    reset: () => {
      failures = 0;
    },
    get failures() {
      return failures;
    },
  };
}
