import { Command } from 'commander';
import type { Verification } from '@shared/contract';
import { describeSignal } from '@shared/specs';
import { counted, table, wholeNumber } from '../format';
import { withSession } from '../session';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';

interface Flags extends CommonFlags {
  verify?: boolean;
}

type Verified = Verification & { dataset: string; name: string };

const NO_DATASETS = 'There are no datasets yet. Make one with: tessera import FOLDER';
const said = {
  right: 'as it was written',
  new: 'had no checksums; what is there now is assumed to be right from here on',
} as const;

function linesOf({ dataset, name, state, blocks, damage }: Verified): string[] {
  if (state !== 'damaged') return [`${dataset} (${name}): ${said[state]}`];
  const places = damage.map(
    ({ file, offset, bytes }) => `  ${file}: ${wholeNumber(bytes)} bytes from byte ${wholeNumber(offset)} on`,
  );
  return [`${dataset} (${name}): DAMAGED, ${counted(blocks, 'block')} changed on the disk`, ...places];
}

export const datasetsCommand: CommandFile = (begin) =>
  new Command('datasets')
    .description('list the datasets of the workspace')
    .option('--verify', 'read all their files and compare every block with its checksum')
    .action((flags: Flags) =>
      begin(flags, ({ outside, output, workspace }) =>
        withSession(outside, workspace, async ({ peer }) => {
          const all = await peer.request('datasets.list', {});
          if (flags.verify) {
            const verified: Verified[] = [];
            for (const { id: dataset, name } of all)
              verified.push({
                dataset,
                name,
                ...(await peer.request('datasets.verify', { dataset }, { signal: outside.interrupted })),
              });
            output.result({ datasets: verified }, verified.length > 0 ? verified.flatMap(linesOf) : NO_DATASETS);
            return verified.some(({ state }) => state === 'damaged') ? exitCodes.failed : exitCodes.done;
          }
          const datasets = all.map(({ id, name, count, splits, signal, classes }) => ({
            dataset: id,
            name,
            items: count,
            splits,
            width: signal.width,
            height: signal.height,
            channels: signal.channels,
            classes: classes.length,
          }));
          const rows = datasets.map(({ dataset, name, items, splits, classes }, at) => [
            dataset,
            name,
            wholeNumber(items),
            `${wholeNumber(splits.train)}/${wholeNumber(splits.test)}`,
            describeSignal(all[at]!.signal).en,
            wholeNumber(classes),
          ]);
          const headings = ['DATASET', 'NAME', 'ITEMS', 'TRAIN/TEST', 'SIZE', 'CLASSES'];
          output.result({ datasets }, rows.length > 0 ? table(headings, rows) : NO_DATASETS);
          return exitCodes.done;
        }),
      ),
    );
