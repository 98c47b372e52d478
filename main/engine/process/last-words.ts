/** Longest that a process works on its own end after an error that nothing caught. */
const LAST_WORDS_MS = 30_000;

let save: (thrown: unknown) => Promise<void> = () => Promise.resolve();
let ending = false;

/** What is to be saved before this process ends for an error that nothing caught. */
export function onDefect(action: (thrown: unknown) => Promise<void>): void {
  save = action;
}

/**
 * For an error that nothing caught: state may be half changed, so the process doesn't go on. The log has the error, a trainer
 * writes a checkpoint and fails its run, and the process ends with 1. The workbench then tells the page, and starts the
 * studio or the library again.
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
