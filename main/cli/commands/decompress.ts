import { Command } from 'commander';
import { isReadable, type CompressedHeader, type RunSummary } from '@shared/contract';
import { AppError } from '@shared/errors';
import { existing, outFolder } from '../files';
import { counted } from '../format';
import { findRun } from '../references';
import { type Session, withSession } from '../session';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';
import { checkpointOf } from './checkpoint';

interface Flags extends CommonFlags {
  run?: string;
}

export const decompressCommand: CommandFile = (begin) =>
  new Command('decompress')
    .description('turn a compressed .tsr file back into pictures: one PNG for each')
    .argument('<in.tsr>', 'a file made by compress')
    .argument('<folder>', 'where the pictures go')
    .option('--run <run>', 'id or name of the run, or the prior, that it was made with, if it has another name here')
    .action((input: string, folder: string, flags: Flags) =>
      begin(flags, async ({ outside, output, workspace }) => {
        const source = await existing(outside, input);
        const directory = outFolder(outside, folder, 'folder');
        return withSession(outside, workspace, async (session) => {
          const { workbench } = session;
          const { interrupted: signal } = outside;
          const header = await workbench.call('local.readCompressed', { source }, { signal });
          const run = flags.run === undefined ? await openerOf(session, header) : await findRun(session, flags.run);
          const checkpoint = checkpointOf(run, header.opener.step);
          const { files, items } = await workbench.call(
            'local.decompress',
            { run: run.id, checkpoint, source, directory },
            { signal, onProgress: output.progress },
          );
          output.result({ files, items }, [counted(items, 'picture'), ...files]);
          return exitCodes.done;
        });
      }),
    );

/** The run that a file names. @throws NOT_FOUND saying what the file needs, if the workspace has no such run */
async function openerOf({ peer }: Session, { coder, opener }: CompressedHeader): Promise<RunSummary> {
  const run = (await peer.request('runs.list', {})).filter(isReadable).find(({ id }) => id === opener.run);
  if (run) return run;
  throw new AppError(
    'NOT_FOUND',
    `This file needs ${coder === 'prior' ? 'the prior' : 'the autoencoder'} of run “${opener.run}” at step ${opener.step}, which is not in this workspace.`,
    'If it is here under another name, name it with --run.',
  );
}
