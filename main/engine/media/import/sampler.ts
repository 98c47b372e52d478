/** Samples kept: between half of this and all of it, however many items there are. */
const CAPACITY = 256;

/**
 * Picks items evenly out of a sequence whose length is not known beforehand, the same ones every time: first every
 * item, then every 2nd, every 4th … as more come, dropping from the kept ones what no longer fits the pace.
 */
export function createSampler<T>(capacity = CAPACITY): { wants(): boolean; keep(value: T): void; kept(): T[] } {
  let samples: { at: number; value: T }[] = [];
  let stride = 1;
  let position = -1;
  return {
    /** Steps to the next item; true when it should be kept. */
    wants() {
      position += 1;
      return position % stride === 0;
    },
    /** Keeps a value for the current item. */
    keep(value) {
      samples.push({ at: position, value });
      if (samples.length <= capacity) return;
      stride *= 2;
      samples = samples.filter(({ at }) => at % stride === 0);
    },
    kept: () => samples.map(({ value }) => value),
  };
}
