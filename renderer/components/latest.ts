/**
 * Runs `work` for the newest input only: while one is in flight, later inputs replace each other, and the last is taken
 * up when it ends. A pointer may thus produce inputs faster than they are decoded, and the last one is always shown.
 */
export function latestOnly<I>(work: (input: I) => Promise<void>): { push(input: I): void; idle(): Promise<void> } {
  let waiting: { input: I } | null = null;
  let running: Promise<void> | null = null;

  const drain = async (): Promise<void> => {
    try {
      while (waiting !== null) {
        const { input } = waiting;
        waiting = null;
        await work(input);
      }
    } finally {
      running = null; // also after a failure: the next input begins anew
    }
  };

  return {
    push: (input) => {
      waiting = { input };
      running ??= drain();
    },
    idle: () => running ?? Promise.resolve(),
  };
}
