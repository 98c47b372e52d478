import { Command } from 'commander';
import type { CheckpointChoice } from '@shared/contract';
import { AppError } from '@shared/errors';
import { existing, outFile } from '../files';
import { findRun } from '../references';
import { withSession } from '../session';
import { skippedLines } from '../skipped';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';
import { checkpointOption } from './checkpoint';

interface Flags extends CommonFlags {
  run: string;
  out: string;
  checkpoint: CheckpointChoice;
}

export const encodeCommand: CommandFile = (begin) =>
  new Command('encode')
    .description('turn pictures into latents: one .npz with the codes, or the vector, of each')
    .argument('<in...>', 'pictures, folders or archives of pictures')
    .requiredOption('--run <run>', 'id or name of a run')
    .requiredOption('--out <file>', 'the .npz to write')
    .addOption(checkpointOption())
    .action((inputs: string[], flags: Flags) =>
      begin(flags, async ({ outside, output, workspace }) => {
        if (!flags.out.toLowerCase().endsWith('.npz')) {
          throw new AppError('BAD_REQUEST', `--out: expected the name of a .npz file, got "${flags.out}".`, '', {
            field: 'out',
          });
        }
        const out = outFile(outside, flags.out);
        const sources = await Promise.all(inputs.map((input) => existing(outside, input)));
        return withSession(outside, workspace, async (session) => {
          const { id } = await findRun(session, flags.run);
          const request = { run: id, checkpoint: flags.checkpoint, sources, out };
          const options = { signal: outside.interrupted, onProgress: output.progress };
          const made = await session.workbench.call('local.encode', request, options);
          const { files, skipped, skippedCount } = made;
          const text = [...files, ...skippedLines(made)];
          output.result({ files, skipped, skippedCount }, text);
          return exitCodes.done;
        });
      }),
    );
