import type { Command } from 'commander';
import type { Outside } from './outside';
import type { Output } from './output';

/** Exit codes, as the manual states them. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** One command at work. */
export interface Task {
  outside: Outside;
  output: Output;
  /** `--workspace`, if given. */
  workspace: string | undefined;
}

/** Options that every command has. */
export interface CommonFlags {
  workspace?: string;
  json?: boolean;
}

/** Runs a command's work with its flags; the work returns the exit code, or throws. */
export type Begin = (flags: CommonFlags, work: (task: Task) => Promise<number>) => Promise<void>;

/** A command file: the command with its own arguments; `--workspace` and `--json` are added to all of them. */
export type CommandFile = (begin: Begin) => Command;
