import { Command, Option } from 'commander';
import type { CheckpointChoice } from '@shared/contract';
import { splitSchema, type Split } from '@shared/specs';
import { counted, wholeNumber } from '../format';
import { findRun } from '../references';
import { evaluationParts, leftOut } from '../rows';
import { withSession } from '../session';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';
import { checkpointOption } from './checkpoint';

interface Flags extends CommonFlags {
  split: Split;
  thorough: boolean;
  checkpoint: CheckpointChoice;
}

export const evaluateCommand: CommandFile = (begin) =>
  new Command('evaluate')
    .description('measure a checkpoint of a run over a whole split of its dataset')
    .argument('<run>', 'id or name of a run')
    .addOption(new Option('--split <split>', 'which items').choices(splitSchema.options).default('test'))
    .option(
      '--thorough',
      'also what takes long: MS-SSIM, perceptual metrics, likelihoods by importance sampling',
      false,
    )
    .addOption(checkpointOption())
    .action((reference: string, flags: Flags) =>
      begin(flags, ({ outside, output, workspace }) =>
        withSession(outside, workspace, async (session) => {
          const { id } = await findRun(session, reference);
          const found = await session.peer.request(
            'runs.evaluate',
            { run: id, checkpoint: flags.checkpoint, split: flags.split, thorough: flags.thorough },
            { signal: outside.interrupted, onProgress: output.progress },
          );
          const { split, step, items, nmse, psnr, perplexity, usage, deadCodes, measures } = found;
          output.result(
            { run: id, split, step, items, nmse, psnr, perplexity, usage, deadCodes, measures },
            `${id} at step ${wholeNumber(step)}, ${counted(items, `${split} item`)}: ${evaluationParts(found).join(', ')}.` +
              leftOut(flags.thorough, measures),
          );
          return exitCodes.done;
        }),
      ),
    );
