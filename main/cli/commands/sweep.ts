import { Command, InvalidArgumentError, Option } from 'commander';
import type { RunSummary } from '@shared/contract';
import { AppError } from '@shared/errors';
import { presets, sweepSpecSchema, type SweepPoint, type SweepSpec } from '@shared/specs';
import { wholeNumber } from '../format';
import { findDataset } from '../references';
import { evaluationParts, figuresOf } from '../rows';
import { withSession, type Session } from '../session';
import {
  addFieldOptions,
  checkedName,
  fieldValues,
  modelKinds,
  parseAssignment,
  parseAxis,
  runSpecification,
  flaggedFields,
  type Assignment,
} from '../specification';
import { exitCodes, type CommandFile, type CommonFlags, type Task } from '../task';
import { isOver, untilOver } from '../training';

interface Flags extends CommonFlags {
  dataset: string;
  model?: string;
  preset?: string;
  name: string;
  set: Assignment[];
  vary: string[];
  random?: number;
  draw: number;
  [trainingField: string]: unknown;
}

export const sweepCommand: CommandFile = (begin) => {
  const command = new Command('sweep')
    .description('train one configuration with different values of some fields, one run after the other')
    .requiredOption('--dataset <dataset>', 'id or name of a dataset')
    .addOption(new Option('--model <model>', 'what to train').choices(modelKinds))
    .addOption(new Option('--preset <preset>', 'configuration to begin with').choices(presets.map(({ name }) => name)))
    .option('--name <text>', 'what to call the sweep; its runs get numbers', 'sweep')
    .option(
      '--set <a.b=value>',
      'set any field for all runs',
      (text, before: Assignment[]) => [...before, parseAssignment(text)],
      [],
    )
    .option(
      '--vary <a.b=values>',
      'a field that varies: codes=64,128,256 or learningRate=1e-4..1e-2:log:5',
      (text, before: string[]) => [...before, text],
      [],
    )
    .option('--random <runs>', 'number of random draws in place of every combination', wholeFrom(1))
    .option('--draw <seed>', 'seed of the draws', wholeFrom(0), 1)
    .action((flags: Flags) =>
      begin(flags, (task) => withSession(task.outside, task.workspace, (session) => sweep(task, session, flags))),
    );
  addFieldOptions(command, flaggedFields);
  return command;
};

function wholeFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least}.`);
  };
}

async function sweep({ outside, output }: Task, session: Session, flags: Flags): Promise<number> {
  const { interrupted } = outside;
  const { runs } = await session.peer.request('runs.sweep', { sweep: await specification(session, flags) });
  output.line({ sweep: flags.name, queued: runs.map(({ id }) => id) }, `${wholeNumber(runs.length)} runs are queued.`);
  const ended: RunSummary[] = [];
  for (const run of runs) {
    const end = await untilOver(session, run.id, interrupted);
    ended.push(end);
    output.line(rowOf(end), textOf(end));
  }
  const best = ended
    .filter(({ evaluation }) => evaluation)
    .sort((a, b) => scoreAt(a) - scoreAt(b))
    .at(0);
  output.result(
    { sweep: flags.name, runs: ended.map(rowOf), best: best?.id ?? null },
    best ? `Best of ${wholeNumber(ended.length)}: ${textOf(best)}` : 'No run has been evaluated.',
  );
  if (interrupted.aborted) {
    output.remark('Cancelled.');
    return exitCodes.interrupted;
  }
  return ended.some(({ status }) => status === 'finished') ? exitCodes.done : exitCodes.failed;
}

async function specification(session: Session, flags: Flags): Promise<SweepSpec> {
  if (flags.vary.length === 0) {
    throw new AppError('BAD_REQUEST', 'sweep needs at least one --vary.', 'As in --vary codes=64,128,256.', {
      field: 'vary',
    });
  }
  const name = checkedName(sweepSpecSchema.shape.name, flags.name);
  const base = runSpecification(await findDataset(session, flags.dataset), {
    model: flags.model,
    autoencoder: null,
    preset: flags.preset,
    fields: fieldValues(flaggedFields, flags),
    assignments: flags.set,
  });
  const method =
    flags.random === undefined
      ? ({ kind: 'grid' } as const)
      : ({ kind: 'random', count: flags.random, seed: flags.draw } as const);
  return { name, base, axes: flags.vary.map((text) => parseAxis(base, text)), method };
}

const pointOf = ({ sweep: of }: RunSummary): SweepPoint => of?.point ?? {};
const scoreAt = ({ evaluation }: RunSummary): number => evaluation?.score.value ?? Infinity;

function rowOf(run: RunSummary) {
  const { nmse, psnr, perplexity, usage } = figuresOf(run.evaluation?.measures ?? {});
  return { run: run.id, point: pointOf(run), status: run.status, step: run.step, nmse, psnr, perplexity, usage };
}

function textOf(run: RunSummary): string {
  const values = Object.entries(pointOf(run)).map(([path, value]) => `${path} ${JSON.stringify(value)}`);
  const found = run.evaluation ? evaluationParts(figuresOf(run.evaluation.measures)).join(', ') : 'not evaluated';
  return `${run.id} (${values.join(', ')}) ${isOver(run) ? run.status : 'is not over'} at step ${wholeNumber(run.step)}: ${found}.`;
}
