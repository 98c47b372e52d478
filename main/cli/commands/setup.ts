import { Command } from 'commander';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';

export const setupCommand: CommandFile = (begin) =>
  new Command('setup')
    .description('install the engine: fetch TensorFlow and build its binding; does nothing if all is there')
    .allowExcessArguments(false)
    .action((flags: CommonFlags) =>
      begin(flags, async ({ outside }) => {
        const code = await outside.engine(
          ['setup', ...(flags.json ? ['--json'] : [])],
          outside.print,
          outside.interrupted,
        );
        return outside.interrupted.aborted ? exitCodes.interrupted : code;
      }),
    );
