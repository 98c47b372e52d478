import { Command, Option } from 'commander';
import { splitSchema, type Split } from '@shared/specs';
import { significant, wholeNumber } from '../format';
import { findRun } from '../references';
import { withSession } from '../session';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';

export const evaluateCommand: CommandFile = (begin) =>
  new Command('evaluate')
    .description('measure a run’s newest checkpoint over a whole split of its dataset')
    .argument('<run>', 'id or name of a run')
    .addOption(new Option('--split <split>', 'which items').choices(splitSchema.options).default('test'))
    .action((reference: string, flags: CommonFlags & { split: Split }) =>
      begin(flags, ({ outside, output, workspace }) =>
        withSession(outside, workspace, async (session) => {
          const { id } = await findRun(session, reference);
          const found = await session.peer.request(
            'runs.evaluate',
            { run: id, split: flags.split },
            { signal: outside.interrupted, onProgress: output.progress },
          );
          const { split, step, items, nmse, psnr, perplexity, usage, deadCodes } = found;
          output.result(
            { run: id, split, step, items, nmse, psnr, perplexity, usage, deadCodes },
            `${id} at step ${wholeNumber(step)}, ${wholeNumber(items)} ${split} items: nmse ${significant(nmse)}, psnr ${significant(psnr)} dB, ` +
              `perplexity ${significant(perplexity)}, usage ${significant(100 * usage)} %, ${wholeNumber(deadCodes)} dead codes.`,
          );
          return exitCodes.done;
        }),
      ),
    );
