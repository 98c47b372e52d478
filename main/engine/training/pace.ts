/** Steps over which speed is averaged. */
const WINDOW = 32;

/**
 * How fast training goes, from the durations of its latest steps; time spent on evaluations and files doesn't count.
 */
export function createPace(batch: number) {
  const seconds: number[] = [];
  const mean = () => seconds.reduce((sum, one) => sum + one, 0) / seconds.length;
  return {
    add(duration: number): void {
      seconds.push(duration);
      if (seconds.length > WINDOW) seconds.shift();
    },
    /** 0 before the first step. */
    itemsPerSecond: () => (seconds.length === 0 ? 0 : batch / mean()),
    /** Seconds for the next `steps` steps; null before the first. */
    secondsFor: (steps: number) => (seconds.length === 0 ? null : steps * mean()),
  };
}
