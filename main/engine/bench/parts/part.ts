/** One side at work. */
export interface Part {
  /** One round of measurements in the bench's unit. */
  round(): number[] | Promise<number[]>;
  close?(): void | Promise<void>;
}
export type OpenPart = (settings: Readonly<Record<string, number>>) => Part | Promise<Part>;

/** Runs `work` and returns the milliseconds it took. */
export function timed(work: () => unknown): number {
  const since = performance.now();
  work();
  return performance.now() - since;
}

/** The same synthetic pixels every time; what they show makes no difference to the time. */
export function madeUpPixels(count: number): Uint8Array<ArrayBuffer> {
  let state = 1;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}
