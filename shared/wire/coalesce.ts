/** Events cross a pipe at most this often. */
export const EVENTS_PER_SECOND = 20;

/**
 * Gathers items and hands them over together, at most 20 times a second: the first at once, later ones when their time
 * comes. `flush` hands over what waits now; `stop` drops it.
 */
export function coalesce<T>(
  deliver: (items: T[]) => void,
  intervalMs = 1000 / EVENTS_PER_SECOND,
): { push(item: T): void; flush(): void; stop(): void } {
  let waiting: T[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = (): void => {
    if (waiting.length === 0) return;
    const items = waiting;
    waiting = [];
    deliver(items);
  };
  const tick = (): void => {
    if (waiting.length === 0) {
      timer = null;
      return;
    }
    flushThenWait();
  };
  const flushThenWait = (): void => {
    try {
      flush();
    } finally {
      timer = setTimeout(tick, intervalMs); // what comes later is handed over even if this could not be
    }
  };
  return {
    push: (item) => {
      waiting.push(item);
      if (timer === null) flushThenWait();
    },
    flush,
    stop: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      waiting = [];
    },
  };
}
