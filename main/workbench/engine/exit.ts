/** How an engine process ended. */
export interface EngineExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Whether the workbench had asked for it. */
  expected: boolean;
  /** As the end of a sentence that begins “The studio process …”. */
  description: string;
}

/** Describes how a process ended, in words that follow its name. `hung` is why the workbench killed it, if it did. */
export function describeExit(end: {
  code: number | null;
  signal: string | null;
  error: string | null;
  hung: string | null;
}): string {
  if (end.error !== null) return `could not be started (${end.error})`;
  if (end.hung !== null) return `${end.hung} and was ended`;
  if (end.signal !== null) return `was ended by ${end.signal}`;
  return `ended with exit code ${end.code ?? 'unknown'}`;
}

/** Messages of a process that could not allocate memory: C++, V8, glibc. */
const OUT_OF_MEMORY = /bad_alloc|out of memory|Cannot allocate memory|OOM when allocating/i;

/**
 * The hint for an end that nobody asked for. Linux kills a process that takes too much memory without a word in the
 * log.
 */
export function hintFor(signal: NodeJS.Signals | null, logTail = ''): string {
  return signal === 'SIGKILL' || OUT_OF_MEMORY.test(logTail)
    ? 'The system may have run out of memory: lower the batch, the size of the pictures or the hidden channels.'
    : '';
}
