import { Command, CommanderError, Option } from 'commander';
import { AppError, asAppError } from '@shared/errors';
import { commands } from './commands';
import type { Outside } from './outside';
import { createOutput } from './output';
import { exitCodes, type Begin } from './task';

/**
 * Runs `tessera <args>` to its end and returns the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
 * Every failure is printed once: as a sentence with its hint, or with `--json` as the last line
 * `{error:{code,message,hint}}`. If standard output can't be written, that is reported instead, on standard error.
 */
export async function run(args: string[], outside: Outside): Promise<number> {
  const output = createOutput(outside, args.includes('--json'));
  const { code, error } = await attempt(args, outside);
  const broken = await outside.printed();
  if (error && !broken) output.failure(error);
  const unprinted = broken ?? (await outside.printed());
  if (!unprinted) return code;
  output.remark([unprinted.message, unprinted.hint].filter(Boolean).join(' '));
  return exitCodes.failed;
}

interface Outcome {
  code: number;
  error: AppError | null;
}

async function attempt(args: string[], outside: Outside): Promise<Outcome> {
  const failed = (thrown: AppError): Outcome => {
    const error = outside.interrupted.aborted && isOfStopping(thrown) ? cancelled(thrown) : thrown;
    return { code: exitCodeOf(error, outside), error };
  };
  let exitCode: number = exitCodes.done;
  const begin: Begin = async (flags, work) => {
    if (flags.workspace?.trim() === '')
      throw new AppError('BAD_REQUEST', '--workspace: expected a folder, but it is empty.', '', { field: 'workspace' });
    exitCode = await work({ outside, output: createOutput(outside, flags.json ?? false), workspace: flags.workspace });
  };
  try {
    await createProgram(outside, begin).parseAsync(args, { from: 'user' });
    return { code: exitCode, error: null };
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) return failed(asAppError(thrown));
    if (thrown.exitCode === 0 || (thrown.code === 'commander.help' && args.length === 0))
      return { code: exitCodes.done, error: null };
    return failed(new AppError('BAD_REQUEST', thrown.message.replace(/^error: /, ''), 'See --help.'));
  }
}

function createProgram(outside: Outside, begin: Begin): Command {
  const program = new Command('tessera')
    .description('Trains, explores and edits discrete latent models on your own images, offline.')
    .version(outside.version)
    .showHelpAfterError(false);
  for (const commandFile of commands) {
    program.addCommand(
      commandFile(begin)
        .addOption(workspaceOption())
        .addOption(new Option('--json', 'print one JSON object per line; the last is the result')),
    );
  }
  const trimmed = (text: string): void => outside.print(text.trimEnd());
  for (const command of [program, ...program.commands]) {
    // failures are printed once, by run()
    command.exitOverride().configureOutput({
      writeOut: trimmed,
      writeErr: (text) => (text.startsWith('error:') ? undefined : trimmed(text)),
    });
  }
  return program;
}

/** An empty TESSERA_WORKSPACE is none; an empty `--workspace` is a mistake. */
function workspaceOption(): Option {
  const option = new Option('--workspace <folder>', 'folder of datasets and runs');
  return process.env.TESSERA_WORKSPACE === '' ? option : option.env('TESSERA_WORKSPACE');
}

/** Ctrl-C shows up as various errors of what a command waits for; a full disk met on the way is still reported. */
const isOfStopping = ({ code }: AppError): boolean => ['CANCELLED', 'ENGINE_LOST', 'INTERNAL'].includes(code);

function cancelled(cause: AppError): AppError {
  const known = cause.code === 'CANCELLED' ? [cause.message, cause.hint].filter(Boolean).join(' ') : '';
  return /^cancelled\b/i.test(known) ? cause : new AppError('CANCELLED', 'Cancelled.', known, { cause });
}

function exitCodeOf(error: AppError, outside: Outside): number {
  if (outside.interrupted.aborted) return exitCodes.interrupted;
  if (error.code === 'CANCELLED') return exitCodes.interrupted;
  return error.code === 'BAD_REQUEST' ? exitCodes.usage : exitCodes.failed;
}
