import { Command } from 'commander';
import { AppError } from '@shared/errors';
import { existing, outFolder } from '../files';
import { findRun } from '../references';
import { withSession } from '../session';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';
import { checkpointOf } from './checkpoint';

interface Flags extends CommonFlags {
  out: string;
  run?: string;
}

export const decodeCommand: CommandFile = (begin) =>
  new Command('decode')
    .description('turn latents back into pictures: one PNG for each')
    .argument('<file>', 'a .npz made by encode or saved in the Studio')
    .requiredOption('--out <folder>', 'where the pictures go')
    .option('--run <run>', 'id or name of the run that made it; the file knows if left out')
    .action((input: string, flags: Flags) =>
      begin(flags, async ({ outside, output, workspace }) => {
        const directory = outFolder(outside, flags.out);
        const source = await existing(outside, input);
        return withSession(outside, workspace, async (session) => {
          const { owner } = await session.workbench.call(
            'local.readLatent',
            { source },
            { signal: outside.interrupted },
          );
          const run = await findRun(session, flags.run ?? owner?.run ?? unnamed(input));
          const options = { signal: outside.interrupted, onProgress: output.progress };
          const request = { run: run.id, checkpoint: checkpointOf(run, owner?.step), source, directory };
          const { files } = await session.workbench.call('local.decode', request, options);
          output.result({ files }, files);
          return exitCodes.done;
        });
      }),
    );

function unnamed(input: string): never {
  throw new AppError('BAD_FILE', `"${input}" does not say which run it was made with.`, 'Name the run with --run.', {
    field: input,
  });
}
