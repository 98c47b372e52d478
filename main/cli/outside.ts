import type { AppError } from '@shared/errors';
import type { Workbench } from '../workbench';

/** What the command line needs of a workbench in this process. */
export type CommandWorkbench = Pick<Workbench, 'workspace' | 'connect' | 'call' | 'close'>;

/** Everything a command touches beyond its own arguments. */
export interface Outside {
  version: string;
  /** Prints one line on standard output. */
  print(line: string): void;
  /** Prints one line on standard error. */
  complain(line: string): void;
  /** Rewrites the line of progress on a terminal, or clears it with an empty text; does nothing elsewhere. */
  progress(text: string): void;
  /** Resolves once the output has been written: null, or why it can't be written. */
  printed(): Promise<AppError | null>;
  /** The folder to which relative paths in arguments refer. */
  directory: string;
  /**
   * Opens the workspace at `workspace`, or the person's own; `hosting` if it serves a person's window rather than
   * one command.
   */
  openWorkbench(workspace: string | undefined, hosting?: boolean): Promise<CommandWorkbench>;
  /** Runs `engine.js <args>` to its end, passing on its standard output line by line; returns its exit code. */
  engine(args: string[], onLine: (line: string) => void, signal: AbortSignal): Promise<number>;
  /** Opens an address in the person's browser. */
  openBrowser(address: string): void;
  /** The built page. */
  pageDirectory: string;
  /** Aborted with an `Interruption` by the first Ctrl-C or termination signal, and once nothing can be printed any more. */
  interrupted: AbortSignal;
  /** Time in milliseconds, used only to space out lines. */
  now(): number;
}
