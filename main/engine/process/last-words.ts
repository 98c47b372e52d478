/** Longest time, in milliseconds, that a process may take to end after an uncaught error. */
const LAST_WORDS_MS = 30_000;

let save: (thrown: unknown) => Promise<void> = () => Promise.resolve();
let ending = false;

/** Saves what must be saved before this process ends on an uncaught error. */
export function onDefect(action: (thrown: unknown) => Promise<void>): void {
  save = action;
}

/**
 * Ends the process on an uncaught error, since its state may be half changed. The error goes to the log, a trainer
 * writes a checkpoint and fails its run, and the process exits with 1. The workbench then informs the page and restarts
 * the studio or the library.
 */
export function endAfter(thrown: unknown): void {
  console.error(thrown);
  if (ending) return;
  ending = true;
  setTimeout(() => process.exit(1), LAST_WORDS_MS).unref();
  save(thrown)
    .catch(console.error)
    .finally(() => process.exit(1));
}
