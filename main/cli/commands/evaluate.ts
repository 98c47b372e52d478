import { Command, Option } from 'commander';
import { qualitySchema, type CheckpointChoice } from '@shared/contract';
import { describeFields, isPrior, splitSchema, type Split } from '@shared/specs';
import { AppError } from '@shared/errors';
import { counted, wholeNumber } from '../format';
import { findRun } from '../references';
import { evaluationParts, figuresOf, leftOut } from '../rows';
import { qualityText, samplesResult } from '../sample-quality';
import { withSession } from '../session';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';
import { wholeOption } from '../whole-option';
import { checkpointOption } from './checkpoint';

interface Flags extends CommonFlags {
  split: Split;
  thorough: boolean;
  checkpoint: CheckpointChoice;
  /** For priors: the number of samples to measure as well. */
  samples?: number;
  seed: number;
}

const limits = Object.fromEntries(describeFields(qualitySchema).map((field) => [field.path, field]));
const within = (path: 'count' | 'seed', flags: string, description: string): Option =>
  wholeOption(flags, description, limits[path]?.minimum ?? 0, limits[path]?.maximum ?? 0);

export const evaluateCommand: CommandFile = (begin) =>
  new Command('evaluate')
    .description('measure a checkpoint of a run over a whole split of its dataset')
    .argument('<run>', 'id or name of a run')
    .addOption(new Option('--split <split>', 'which items').choices(splitSchema.options).default('test'))
    .option(
      '--thorough',
      'also the slow measures: MS-SSIM, perceptual metrics, likelihoods by importance sampling',
      false,
    )
    .addOption(within('count', '--samples <n>', 'for a prior: also compare n samples with real pictures'))
    .addOption(within('seed', '--seed <n>', 'for a prior: the same seed draws the same samples').default(1))
    .addOption(checkpointOption())
    .action((reference: string, flags: Flags) =>
      begin(flags, ({ outside, output, workspace }) =>
        withSession(outside, workspace, async (session) => {
          const { id, name, spec } = await findRun(session, reference);
          if (flags.samples !== undefined && !isPrior(spec.model))
            throw new AppError('BAD_REQUEST', `“${name}” is no prior: it has no samples that --samples could measure.`);
          const options = { signal: outside.interrupted, onProgress: output.progress };
          const which = { run: id, checkpoint: flags.checkpoint, split: flags.split };
          const found = await session.peer.request('runs.evaluate', { ...which, thorough: flags.thorough }, options);
          const { split, step, items } = found;
          const figures = figuresOf(found.measures);
          const quality =
            flags.samples !== undefined &&
            (await session.peer.request(
              'samples.quality',
              { ...which, checkpoint: step, count: flags.samples, seed: flags.seed },
              options,
            ));
          output.result(
            {
              run: id,
              split,
              step,
              items,
              ...figures,
              ...(quality && { samples: samplesResult(quality, flags.seed) }),
            },
            [
              `${id} at step ${wholeNumber(step)}, ${counted(items, `${split} item`)}: ${evaluationParts(figures).join(', ')}.`,
              ...leftOut(flags.thorough, found.measures),
              ...(quality ? qualityText(quality) : []),
            ],
          );
          return exitCodes.done;
        }),
      ),
    );
