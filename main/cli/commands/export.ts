import { Command, Option } from 'commander';
import { exportFormats, type CheckpointChoice, type ExportFormat } from '@shared/contract';
import { copyWhole, outFolder } from '../files';
import { wholeNumber } from '../format';
import { findRun } from '../references';
import { withSession } from '../session';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';
import { checkpointOption } from './checkpoint';

interface Flags extends CommonFlags {
  format: ExportFormat;
  out: string;
  checkpoint: CheckpointChoice;
  force?: boolean;
}

export const exportCommand: CommandFile = (begin) =>
  new Command('export')
    .description('write a trained model in a format other tools load')
    .argument('<run>', 'id or name of a run')
    .addOption(new Option('--format <format>', 'what to write').choices(exportFormats).makeOptionMandatory())
    .requiredOption('--out <folder>', 'where to')
    .option('--force', 'replace files of the same names')
    .addOption(checkpointOption())
    .action((reference: string, flags: Flags) =>
      begin(flags, ({ outside, output, workspace }) => {
        const out = outFolder(outside, flags.out);
        return withSession(outside, workspace, async (session) => {
          const { id } = await findRun(session, reference);
          const { format, checkpoint } = flags;
          const made = await session.peer.request(
            'exports.create',
            { run: id, checkpoint, format },
            { signal: outside.interrupted, onProgress: output.progress },
          );
          await copyWhole(made.path, made.files, out, { replace: flags.force ?? false, signal: outside.interrupted });
          output.result({ format, path: out, files: made.files }, [
            `${id} as ${format} in ${out}:`,
            ...made.files.map(({ name, bytes }) => `  ${name}  ${wholeNumber(bytes)} bytes`),
          ]);
          return exitCodes.done;
        });
      }),
    );
