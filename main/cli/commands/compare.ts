import { Command, Option } from 'commander';
import { type CheckpointChoice, type Comparison, valuesOf } from '@shared/contract';
import { splitSchema, type Split } from '@shared/specs';
import { copyWhole, outFolder } from '../files';
import { significant, table, wholeNumber } from '../format';
import { findDataset, findRun } from '../references';
import { leftOut } from '../rows';
import { withSession } from '../session';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';
import { checkpointOption } from './checkpoint';

interface Flags extends CommonFlags {
  out: string;
  split: Split;
  dataset?: string;
  pictures: string;
  thorough: boolean;
  checkpoint: CheckpointChoice;
  language: 'en' | 'zh-CN';
  force?: boolean;
}

export const compareCommand: CommandFile = (begin) =>
  new Command('compare')
    .description('measure runs over the same items and write a table, a sheet of reconstructions and a report')
    .argument('<runs...>', 'ids or names of runs')
    .requiredOption('--out <folder>', 'where comparison.csv, sheet.png and report.html go')
    .addOption(new Option('--split <split>', 'which items').choices(splitSchema.options).default('test'))
    .option('--dataset <dataset>', 'whose items: those the first run was trained on, if left out')
    .option('--pictures <count>', 'pictures on the sheet', '12')
    .option(
      '--thorough',
      'also the slow measures: MS-SSIM, perceptual metrics, likelihoods by importance sampling',
      false,
    )
    .addOption(checkpointOption())
    .addOption(new Option('--language <language>', 'language of the report').choices(['en', 'zh-CN']).default('en'))
    .option('--force', 'replace files of the same names')
    .action((references: string[], flags: Flags) =>
      begin(flags, ({ outside, output, workspace }) => {
        const out = outFolder(outside, flags.out);
        return withSession(outside, workspace, async (session) => {
          const runs: string[] = [];
          for (const reference of references) runs.push((await findRun(session, reference)).id);
          const { split, thorough, checkpoint, language } = flags;
          const dataset =
            flags.dataset === undefined ? {} : { dataset: (await findDataset(session, flags.dataset)).id };
          const found = await session.peer.request(
            'runs.compare',
            { runs, ...dataset, split, thorough, checkpoint, language, pictures: Number(flags.pictures) },
            { signal: outside.interrupted, onProgress: output.progress },
          );
          await copyWhole(found.path, found.files, out, { replace: flags.force ?? false, signal: outside.interrupted });
          output.result(
            {
              dataset: found.dataset,
              split,
              items: found.runs[0]?.evaluation.items ?? 0,
              runs: found.runs.map((run) => ({
                run: run.run,
                name: run.name,
                step: run.step,
                ...NONE,
                ...valuesOf(run),
              })),
              path: out,
              files: found.files,
            },
            [
              ...comparisonText(found),
              `${out}: ${found.files.map(({ name }) => name).join(', ')}`,
              ...leftOut(thorough, found.runs[0]?.evaluation.measures ?? {}),
            ],
          );
          return exitCodes.done;
        });
      }),
    );

/** Measures that a run's result always has. */
const NONE = { nmse: null, psnr: null, perplexity: null, usage: null, 'dead-codes': null };

/** One line per measure, one column per run: runs are few and measures many. */
function comparisonText({ runs, measures }: Comparison): string[] {
  return table(
    ['', ...runs.map(({ name, step }) => `${name} (${wholeNumber(step)})`)],
    measures.map((measure) => [
      measure,
      ...runs.map((run) => {
        const value = valuesOf(run)[measure];
        return typeof value === 'number' ? significant(value) : '–';
      }),
    ]),
  );
}
