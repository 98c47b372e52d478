import { Command } from 'commander';
import { table, wholeNumber } from '../format';
import { withSession } from '../session';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';

export const datasetsCommand: CommandFile = (begin) =>
  new Command('datasets').description('list the datasets of the workspace').action((flags: CommonFlags) =>
    begin(flags, ({ outside, output, workspace }) =>
      withSession(outside, workspace, async ({ peer }) => {
        const all = await peer.request('datasets.list', {});
        const datasets = all.map(({ id, name, count, splits, width, height, channels, classes }) => ({
          dataset: id,
          name,
          items: count,
          splits,
          width,
          height,
          channels,
          classes: classes.length,
        }));
        const rows = datasets.map(({ dataset, name, items, splits, width, height, channels, classes }) => [
          dataset,
          name,
          wholeNumber(items),
          `${wholeNumber(splits.train)}/${wholeNumber(splits.test)}`,
          `${width} x ${height} x ${channels}`,
          wholeNumber(classes),
        ]);
        const headings = ['DATASET', 'NAME', 'ITEMS', 'TRAIN/TEST', 'SIZE', 'CLASSES'];
        output.result(
          { datasets },
          rows.length > 0 ? table(headings, rows) : 'There are no datasets yet. Make one with: tessera import FOLDER',
        );
        return exitCodes.done;
      }),
    ),
  );
