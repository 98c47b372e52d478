import { exitCodes } from './task';

/** Why a command was called off: a signal, or standard output that can't be written. */
export class Interruption extends Error {
  override readonly name = 'AbortError';

  constructor(readonly by: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'output') {
    super('Cancelled.');
  }
}

/** Two signals within this time count as one: a terminal and npm both pass on a Ctrl-C. */
const ONE_WISH_MS = 500;

/** Aborts on the first Ctrl-C or termination signal; a second one ends the process at once. */
export function heedSignals(): AbortController {
  const interruption = new AbortController();
  let first: number | null = null;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      first ??= performance.now();
      if (performance.now() - first > ONE_WISH_MS) process.exit(exitCodes.interrupted);
      interruption.abort(new Interruption(signal));
    });
  }
  return interruption;
}
