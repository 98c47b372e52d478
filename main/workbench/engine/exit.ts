/** How an engine process ended. */
export interface EngineExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Whether the workbench had asked for it. */
  expected: boolean;
  /** As the end of a sentence that begins “The studio process …”. */
  description: string;
}

/** Says how a process ended, in words that follow its name. `hung` is why the workbench killed it, if it did. */
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

/** What to say to a person about an end that nobody asked for. */
export function hintFor(signal: NodeJS.Signals | null): string {
  return signal === 'SIGKILL' ? 'The system may have run out of memory; a smaller batch or model needs less.' : '';
}
