import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type CheckpointChoice, type DrawnFrom, MOST_COMPONENTS, drawnFromSchema } from '@shared/contract';
import { hasNormalPrior } from '@shared/specs';
import { findRun } from '../references';
import { withSession } from '../session';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';
import { checkpointOption } from './checkpoint';

interface Flags extends CommonFlags {
  out: string;
  count: number;
  seed: number;
  from: DrawnFrom;
  components: number;
  checkpoint: CheckpointChoice;
}

const MOST_PICTURES = 1_000_000;
const LARGEST_SEED = 2 ** 31 - 1;

export const sampleCommand: CommandFile = (begin) =>
  new Command('sample')
    .description('draw new pictures: one PNG for each, which says how it was made')
    .argument('<run>', 'id or name of a run')
    .requiredOption('--out <folder>', 'where the pictures go')
    .addOption(whole('--count <n>', 'how many pictures', 1, MOST_PICTURES).default(16))
    .addOption(whole('--seed <n>', 'the same seed draws the same pictures', 0, LARGEST_SEED).default(1))
    .addOption(
      new Option('--from <what>', 'a mixture of Gaussians fitted to the latents, or N(0, I)')
        .choices(drawnFromSchema.options)
        .default('mixture'),
    )
    .addOption(whole('--components <k>', 'Gaussians of the mixture', 1, MOST_COMPONENTS).default(10))
    .addOption(checkpointOption())
    .action((reference: string, flags: Flags) =>
      begin(flags, async ({ outside, output, workspace }) => {
        const { from, components, seed, count, checkpoint } = flags;
        const directory = path.resolve(outside.directory, flags.out);
        return withSession(outside, workspace, async (session) => {
          const { id, spec } = await findRun(session, reference);
          const { kind } = spec.model;
          const { files } = await session.workbench.latents.sample(
            { run: id, checkpoint },
            { from, components, seed, count },
            directory,
            { signal: outside.interrupted, onProgress: output.progress },
          );
          const note =
            from === 'prior' && !hasNormalPrior(kind)
              ? [`Nothing holds the latents of this model (${kind}) to N(0, I): expect little of these.`]
              : [];
          output.result({ files }, [...files, ...note].join('\n'));
          return exitCodes.done;
        });
      }),
    );

/** An option whose value is a whole number in a range. */
function whole(flags: string, description: string, least: number, most: number): Option {
  return new Option(flags, description).argParser((text): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  });
}
