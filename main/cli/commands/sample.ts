import { Command, InvalidArgumentError, Option } from 'commander';
import {
  type CheckpointChoice,
  type Drawing,
  type DrawnFrom,
  MOST_COMPONENTS,
  type RunSummary,
  drawingSchema,
  drawnFromSchema,
} from '@shared/contract';
import { AppError } from '@shared/errors';
import { issueField, issueText } from '@shared/issues';
import { hasNormalPrior, isPrior, isVectorPrior } from '@shared/specs';
import { outFolder } from '../files';
import { classNumber } from '../class-number';
import { findRun } from '../references';
import { withSession } from '../session';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';
import { wholeOption } from '../whole-option';
import { checkpointOption } from './checkpoint';

interface Flags extends CommonFlags {
  out: string;
  count: number;
  seed: number;
  checkpoint: CheckpointChoice;
  /** For runs whose latent is a vector. */
  from?: DrawnFrom;
  components?: number;
  /** For priors. */
  class?: string;
  temperature?: number;
  topK?: number;
  topP?: number;
  guidance?: number;
  rounds?: number;
}

const MOST_PICTURES = 1_000_000;
const LARGEST_SEED = 2 ** 31 - 1;
const COMPONENTS = 10;
const ofVectors = ['from', 'components'] as const;
const ofCodes = ['class', 'topK', 'topP', 'guidance', 'rounds'] as const;
const ofPriors = ['class', 'temperature', 'topK', 'topP', 'guidance', 'rounds'] as const;

export const sampleCommand: CommandFile = (begin) =>
  new Command('sample')
    .description('draw new pictures: one PNG for each, which says how it was made')
    .argument('<run>', 'id or name of a run: a prior, or a model whose latent is a vector')
    .requiredOption('--out <folder>', 'where the pictures go')
    .addOption(wholeOption('--count <n>', 'how many pictures', 1, MOST_PICTURES).default(16))
    .addOption(wholeOption('--seed <n>', 'the same seed draws the same pictures', 0, LARGEST_SEED).default(1))
    .addOption(checkpointOption())
    .addOption(
      new Option(
        '--from <what>',
        'for a vector: a mixture of Gaussians fitted to the latents (the default), or N(0, I)',
      ).choices(drawnFromSchema.options),
    )
    .addOption(
      wholeOption(
        '--components <k>',
        `for a vector: Gaussians of the mixture (default: ${COMPONENTS})`,
        1,
        MOST_COMPONENTS,
      ),
    )
    .option('--class <name>', 'for a prior: only this class')
    .addOption(number('--temperature <t>', 'for a prior: below 1 draws likelier codes (default: 1)'))
    .addOption(number('--top-k <k>', 'for a prior: only the k likeliest codes; 0: all (default: 0)'))
    .addOption(number('--top-p <p>', 'for a prior: only the fewest codes that together are this likely (default: 1)'))
    .addOption(number('--guidance <w>', 'for a prior: how much the class counts; 1 as it is learnt (default: 1)'))
    .addOption(number('--rounds <n>', 'for a prior that fills in masked codes: number of rounds (default: 8)'))
    .action((reference: string, flags: Flags) =>
      begin(flags, async ({ outside, output, workspace }) => {
        const directory = outFolder(outside, flags.out);
        return withSession(outside, workspace, async (session) => {
          const run = await findRun(session, reference);
          const options = { signal: outside.interrupted, onProgress: output.progress };
          const which = { run: run.id, checkpoint: flags.checkpoint };
          const { workbench } = session;
          if (isPrior(run.spec.model)) {
            const request = { ...which, ...drawingOf(run, flags), directory };
            const { files } = await workbench.call('local.samplePrior', request, options);
            output.result({ files }, files);
            return exitCodes.done;
          }
          refuse(flags, ofPriors, `“${run.name}” is no prior`);
          const { from = 'mixture', components = COMPONENTS, seed, count } = flags;
          const request = { ...which, from, components, seed, count, directory };
          const { files } = await workbench.call('local.sample', request, options);
          const { kind } = run.spec.model;
          const note =
            from === 'prior' && !hasNormalPrior(kind)
              ? [`Nothing holds the latents of this model (${kind}) to N(0, I): expect little of these.`]
              : [];
          output.result({ files }, [...files, ...note]);
          return exitCodes.done;
        });
      }),
    );

/** Reads how a prior's samples are drawn. Throws BAD_REQUEST naming the flag. */
function drawingOf(run: RunSummary, flags: Flags): Drawing {
  const { model } = run.spec;
  const overVectors = isPrior(model) && isVectorPrior(model);
  refuse(flags, ofVectors, `“${run.name}” is a prior`);
  if (overVectors) refuse(flags, ofCodes, `“${run.name}” is a prior over vectors`);
  const { count, seed, class: name, ...others } = flags;
  const settings = Object.fromEntries(ofPriors.flatMap((key) => (key in others ? [[key, flags[key]]] : [])));
  const label = name === undefined ? null : classNumber(run, name, '--class');
  // the schema limits the number per request of a page; a command has no such limit
  const parsed = drawingSchema.omit({ count: true }).safeParse({ ...settings, seed, label });
  if (parsed.success) return { ...parsed.data, count };
  const field = issueField(parsed.error).split('.')[0]!;
  const expected = issueText(parsed.error).replace(/^[^:]*: /, '');
  throw new AppError('BAD_REQUEST', `${flagOf(field)}: ${expected}.`, '', { field });
}

/** Throws BAD_REQUEST naming the first of these flags that was given. */
function refuse(flags: Flags, names: readonly (keyof Flags & string)[], why: string): void {
  const given = names.find((name) => flags[name] !== undefined);
  if (given) throw new AppError('BAD_REQUEST', `${flagOf(given)} says nothing here: ${why}.`, '', { field: given });
}

const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** An option whose value is a number; its limits are the schema's. */
function number(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text): number => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value)) return value;
    throw new InvalidArgumentError('Expected a number.');
  });
}
