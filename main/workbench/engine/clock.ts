/** Time as supervision needs it, so that tests can make it pass. */
export interface Clock {
  /** A monotonic time in milliseconds. */
  now(): number;
  /** Calls `action` after `ms`; returns the function that calls it off. */
  after(ms: number, action: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, action) => {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};

/** A clock whose actions may fail: `onError` receives the error, and the process goes on. */
export function guardedClock(clock: Clock, onError: (error: unknown) => void): Clock {
  return {
    now: () => clock.now(),
    after: (ms, action) =>
      clock.after(ms, () => {
        try {
          action();
        } catch (error) {
          onError(error);
        }
      }),
  };
}
