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
  /** Rewrites one line of progress on a terminal, clears it with an empty text; does nothing elsewhere. */
  progress(text: string): void;
  /** Resolves when what was printed is out: null, or why it can't be written. */
  printed(): Promise<AppError | null>;
  /** Relative paths in arguments are relative to this. */
  directory: string;
  /** Opens the workspace at `workspace`, or the person's own; `hosting` if it serves a person's window and not one command. */
  openWorkbench(workspace: string | undefined, hosting?: boolean): Promise<CommandWorkbench>;
  /** Runs `engine.js <args>` to its end, handing over its standard output line by line; answers its exit code. */
  engine(args: string[], onLine: (line: string) => void, signal: AbortSignal): Promise<number>;
  /** Opens an address in the person's browser. */
  openBrowser(address: string): void;
  /** The built page. */
  pageDirectory: string;
  /** Aborted with an `Interruption` by the first Ctrl-C or termination signal, and once nothing can be printed any more. */
  interrupted: AbortSignal;
  /** Milliseconds, only ever used to space out lines. */
  now(): number;
}
