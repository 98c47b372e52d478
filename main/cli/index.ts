/**
 * `tessera <command>`: the services of the window for scripts and headless machines.
 *
 * commands/     one file a command: its arguments, what it asks of the workbench, what it prints
 * specification/  flags and `--set a.b=value` into a checked specification
 * program.ts    all commands together; errors into exit codes
 * outside.ts    what a command needs of the world (terminal, workbench, engine, interrupts), so that tests can script it
 * main.ts       the entry: the real world
 */
export { run } from './program';
export type { CommandWorkbench, Outside } from './outside';
