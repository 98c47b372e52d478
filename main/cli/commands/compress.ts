import { Command, Option } from 'commander';
import { type CheckpointChoice, type Compressed, type RunSummary, codersAlone } from '@shared/contract';
import { AppError } from '@shared/errors';
import { existing, outFile } from '../files';
import { counted, significant, table, wholeNumber } from '../format';
import { findRun } from '../references';
import { withSession } from '../session';
import { classNumber } from '../class-number';
import { besideFormats, formatsResult, formatsText } from '../formats';
import { skippedLines } from '../skipped';
import { exitCodes, type CommandFile, type CommonFlags } from '../task';
import { checkpointOption } from './checkpoint';

interface Flags extends CommonFlags {
  run: string;
  coder: (typeof codersAlone)[number];
  prior?: string;
  label?: string;
  compare: boolean;
  checkpoint: CheckpointChoice;
}

export const compressCommand: CommandFile = (begin) =>
  new Command('compress')
    .description('turn pictures into one compressed .tsr file of their codes')
    .usage('[options] <in...> <out.tsr>')
    .argument('<in...>', 'pictures, folders or archives of pictures; the last is the .tsr to write')
    .requiredOption('--run <run>', 'id or name of a run with codes')
    .addOption(
      new Option('--coder <coder>', 'how codes are coded without a prior').choices(codersAlone).default('adaptive'),
    )
    .addOption(new Option('--prior <run>', 'id or name of a prior of that run, to code with').conflicts('coder'))
    .addOption(
      new Option(
        '--label <class>',
        'class of all the pictures, on which a prior with classes is conditioned',
      ).conflicts('compare'),
    )
    .option(
      '--compare',
      'also measure PNG, JPEG and WebP at the same size and at the same PSNR (at most 1,000 pictures)',
      false,
    )
    .addOption(checkpointOption('latest, best, or a step: of the run, or of the prior where there is one'))
    .action((named: string[], flags: Flags) =>
      begin(flags, async ({ outside, output, workspace }) => {
        const { inputs, file } = requireOut(named);
        const out = outFile(outside, file, 'out.tsr');
        const sources = await Promise.all(inputs.map((input) => existing(outside, input)));
        return withSession(outside, workspace, async (session) => {
          const run = await findRun(session, flags.run);
          const prior = flags.prior === undefined ? null : await findRun(session, flags.prior);
          if (prior) requirePriorOf(run, prior);
          const options = { signal: outside.interrupted, onProgress: output.progress };
          const which = { run: (prior ?? run).id, checkpoint: flags.checkpoint };
          const coding = { coder: prior ? ('prior' as const) : flags.coder, label: labelOf(prior, flags.label) };
          const made = await session.workbench.call('local.compress', { ...which, ...coding, sources, out }, options);
          const beside = flags.compare ? await besideFormats(session, which, sources, options) : null;
          const { pixels, ...result } = made;
          const text = [
            ...made.files,
            ...sizesText(made, prior ? 'prior' : flags.coder),
            ...(beside ? formatsText(beside) : []),
            ...skippedLines(made),
          ];
          output.result(
            { ...result, bitsPerPixel: made.bits.coded / pixels, ...(beside && { formats: formatsResult(beside) }) },
            text,
          );
          return exitCodes.done;
        });
      }),
    );

/** @throws BAD_REQUEST for a class that the prior doesn't know, or without a prior to condition on it */
function labelOf(prior: RunSummary | null, name: string | undefined): number | null {
  if (name === undefined) return null;
  if (prior) return classNumber(prior, name, '--label');
  throw new AppError(
    'BAD_REQUEST',
    '--label has no effect here: only a prior is conditioned on a class.',
    'Name one with --prior.',
    {
      field: 'label',
    },
  );
}

/** Splits the arguments into the file to write, which is the last, and the others. */
function requireOut(named: readonly string[]): { inputs: readonly string[]; file: string } {
  const file = named.at(-1) ?? '';
  if (named.length > 1 && file.toLowerCase().endsWith('.tsr')) return { inputs: named.slice(0, -1), file };
  throw new AppError(
    'BAD_REQUEST',
    `Expected pictures and then the name of a .tsr file, got "${named.join(' ')}".`,
    '',
    {
      field: 'out',
    },
  );
}

/** @throws CONFLICT if the prior was trained on other codes than the run's */
function requirePriorOf(run: RunSummary, { name, codes }: RunSummary): void {
  if (codes === null) throw new AppError('BAD_REQUEST', `“${name}” is no prior.`, '', { field: 'prior' });
  if (codes.run === run.id) return;
  throw new AppError(
    'CONFLICT',
    `The prior “${name}” learnt the codes of run “${codes.run}”, not of “${run.id}”.`,
    '',
    {
      field: 'prior',
    },
  );
}

/** Sizes of the codes at each stage of coding; the last row is what was written. */
function sizesText({ items, pixels, bits }: Compressed, coder: string): string[] {
  const { raw, fixed, packed, entropy, huffman, static: fitted, adaptive, coded, file } = bits;
  const stages: [string, number][] = [
    ['pixels as bytes', raw],
    ['codes, log₂ K each', fixed],
    ['packed', packed],
    ['entropy of single codes', entropy],
    ['huffman', huffman],
    ['static', fitted],
    ['adaptive', adaptive],
    [`written: ${coder}`, coded],
    ['the whole file', file],
  ];
  const rows = stages.map(([stage, size]) => [stage, wholeNumber(size / 8), significant(size / pixels)]);
  return [counted(items, 'picture'), ...table(['stage', 'bytes', 'bits per pixel'], rows)];
}
