import { Command } from 'commander';
import { AppError } from '@shared/errors';
import { bytesText, counted, table } from '../format';
import { withSession } from '../session';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';

interface Flags extends CommonFlags {
  restore?: string;
  delete?: string;
  empty?: true;
}

export const binCommand: CommandFile = (begin) =>
  new Command('bin')
    .description('list what was deleted; bring it back, or delete it for good')
    .option('--restore <key>', 'put one entry back where it was')
    .option('--delete <key>', 'delete one entry for good')
    .option('--empty', 'delete everything in the bin for good')
    .action((flags: Flags) =>
      begin(flags, ({ outside, output, workspace }) =>
        withSession(outside, workspace, async ({ peer }) => {
          const asked = [flags.restore, flags.delete, flags.empty].filter((flag) => flag !== undefined);
          if (asked.length > 1)
            throw new AppError(
              'BAD_REQUEST',
              'Only one of --restore, --delete and --empty may be given.',
              'See --help.',
            );
          if (flags.restore !== undefined) {
            const { kind, id, name } = await peer.request('bin.restore', { key: flags.restore });
            output.result({ restored: { kind, id, name } }, `The ${kind} "${name}" (${id}) is back.`);
          } else if (asked.length > 0) {
            const emptied = await peer.request('bin.empty', flags.delete === undefined ? {} : { key: flags.delete });
            output.result(
              emptied,
              `Deleted ${counted(emptied.entries, 'thing')} for good, ${bytesText(emptied.bytes)} in all.`,
            );
          } else {
            const entries = await peer.request('bin.list', {});
            const rows = entries.map(({ key, kind, name, bytes, removedAt }) => [
              key,
              kind,
              name,
              bytesText(bytes),
              removedAt,
            ]);
            output.result(
              { entries },
              rows.length > 0 ? table(['KEY', 'KIND', 'NAME', 'SIZE', 'DELETED'], rows) : 'The bin is empty.',
            );
          }
          return exitCodes.done;
        }),
      ),
    );
