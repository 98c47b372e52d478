import { Command, CommanderError, Option } from 'commander';
import { AppError, asAppError } from '@shared/errors';
import { commands } from './commands';
import type { Outside } from './outside';
import { createOutput } from './output';
import { exitCodes, type Begin } from './task';

/**
 * Runs `tessera <args>` to its end and answers the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted. Every
 * failure is printed once: as a sentence with its hint, or with `--json` as the last line `{error:{code,message,hint}}`.
 */
export async function run(args: string[], outside: Outside): Promise<number> {
  const json = args.includes('--json');
  const failWith = (error: AppError): number => {
    createOutput(outside, json).failure(error);
    return exitCodeOf(error, outside);
  };
  let exitCode: number = exitCodes.done;
  const begin: Begin = async (flags, work) => {
    exitCode = await work({ outside, output: createOutput(outside, flags.json ?? false), workspace: flags.workspace });
  };
  try {
    await createProgram(outside, begin).parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) return failWith(asAppError(thrown));
    if (thrown.exitCode === 0 || (thrown.code === 'commander.help' && args.length === 0)) return exitCodes.done;
    return failWith(new AppError('BAD_REQUEST', thrown.message.replace(/^error: /, ''), 'See --help.'));
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
        .addOption(new Option('--workspace <folder>', 'folder of datasets and runs').env('TESSERA_WORKSPACE'))
        .addOption(new Option('--json', 'print one JSON object a line; the last is the result')),
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

function exitCodeOf(error: AppError, outside: Outside): number {
  if (outside.interrupted.aborted) return exitCodes.interrupted;
  if (error.code === 'CANCELLED') return exitCodes.interrupted;
  return error.code === 'BAD_REQUEST' ? exitCodes.usage : exitCodes.failed;
}
