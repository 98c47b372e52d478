import { Command, Option } from 'commander';
import { workbenchContract, type DatasetSummary, type RunSummary } from '@shared/contract';
import { AppError, errorCodes, type ErrorCode } from '@shared/errors';
import { configIn, hasVector, type CodesFrom, type Config, type RunSpec } from '@shared/specs';
import { readText } from '../files';
import { wholeNumber } from '../format';
import type { Output } from '../output';
import type { Outside } from '../outside';
import { findDataset, findRun } from '../references';
import { evaluationText, rowText, type Row } from '../rows';
import { withSession, type Session } from '../session';
import {
  addFieldOptions,
  checkedName,
  fieldValues,
  modelKinds,
  parseAssignment,
  presetNames,
  priorKinds,
  runSpecification,
  flaggedFields,
  type Assignment,
} from '../specification';
import { exitCodes, type CommandFile, type CommonFlags, type Task } from '../task';
import { followRun } from '../training';

interface Flags extends CommonFlags {
  dataset?: string;
  model?: string;
  autoencoder?: string;
  prior?: string;
  preset?: string;
  config?: string;
  name?: string;
  resume?: string;
  set: Assignment[];
  [trainingField: string]: unknown;
}

const nameSchema = workbenchContract.requests['runs.start'].params.shape.name.unwrap();

/** People read a line every two seconds; programs get every step. */
const LINE_INTERVAL_MS = 2000;

export const trainCommand: CommandFile = (begin) => {
  const command = new Command('train')
    .description('train a model on a dataset, or continue a run; Ctrl-C stops with a checkpoint')
    .option('--dataset <dataset>', 'id or name of a dataset')
    .addOption(new Option('--model <model>', 'what to train').choices(modelKinds))
    .option(
      '--autoencoder <run>',
      'train a prior on the codes of this run, on its dataset unless --dataset names another',
    )
    .addOption(new Option('--prior <prior>', 'which prior').choices(priorKinds))
    .addOption(
      new Option(
        '--preset <preset>',
        'configuration to begin with; the one that suits the pictures if left out',
      ).choices(presetNames),
    )
    .option(
      '--config <file>',
      'begin with the configuration in this file: a run.json, settings downloaded from a run, or a report of one run; other flags override it',
    )
    .option('--name <text>', 'what to call the run')
    .option('--resume <run>', 'continue from the newest checkpoint of this run; --steps raises its end')
    .option('--set <a.b=value>', 'set any field of the configuration, as in model.quantizer.codes=256', collect, [])
    .action((flags: Flags) =>
      begin(flags, (task) => withSession(task.outside, task.workspace, (session) => train(task, session, flags))),
    );
  addFieldOptions(command, flaggedFields);
  command.addHelpText(
    'after',
    '\nA preset may set other defaults; --set reaches every field, also those of the model.',
  );
  return command;
};

function collect(text: string, before: Assignment[]): Assignment[] {
  return [...before, parseAssignment(text)];
}

async function train({ outside, output }: Task, session: Session, flags: Flags): Promise<number> {
  const { spec, ...begin } = await plan(outside, session, flags);
  const print = createPrinter(output, spec.training, outside.now);
  const run = await followRun(session, begin, print, outside.interrupted);
  const result = { run: run.id, status: run.status, step: run.step, checkpoint: run.checkpoints.at(-1) ?? null };

  if (run.status === 'failed' || (run.status === 'interrupted' && !outside.interrupted.aborted)) throw failureOf(run);
  const saved = result.checkpoint === null ? 'no checkpoint' : `checkpoint at step ${wholeNumber(result.checkpoint)}`;
  const isCutShort = outside.interrupted.aborted && run.status !== 'finished';
  output.result(result, [
    `${run.name} (${run.id}) ${run.status} at step ${wholeNumber(run.step)}, ${saved}.`,
    ...(isCutShort && result.checkpoint !== null ? [`Go on with: tessera train --resume ${run.id}`] : []),
  ]);
  return isCutShort ? exitCodes.interrupted : exitCodes.done;
}

/** What to train and how to start: a new run, or an old one to continue. */
async function plan(
  outside: Outside,
  session: Session,
  flags: Flags,
): Promise<{ spec: RunSpec; start: () => Promise<RunSummary>; after: number }> {
  const fields = fieldValues(flaggedFields, flags);
  if (flags.resume !== undefined) {
    const others = Object.keys(fields).filter((path) => path !== 'training.steps');
    if (
      flags.dataset ??
      flags.model ??
      flags.autoencoder ??
      flags.prior ??
      flags.preset ??
      flags.config ??
      flags.name ??
      flags.set[0] ??
      others[0]
    ) {
      throw new AppError(
        'BAD_REQUEST',
        '--resume goes on with a run as it was configured: only --steps may be given with it.',
      );
    }
    const run = await findRun(session, flags.resume);
    const steps = fields['training.steps'] as number | undefined;
    const spec = steps === undefined ? run.spec : { ...run.spec, training: { ...run.spec.training, steps } };
    return {
      spec,
      start: () => session.peer.request('runs.continue', { run: run.id, ...(steps === undefined ? {} : { steps }) }),
      after: run.checkpoints.at(-1) ?? -1,
    };
  }
  const config = flags.config === undefined ? null : await readConfig(outside, flags.config, flags);
  const { autoencoder, overVectors, dataset } = config
    ? await groundOfConfig(session, config, flags)
    : await groundOf(session, flags);
  const spec = runSpecification(dataset, {
    model: autoencoder ? flags.prior : flags.model,
    autoencoder,
    overVectors,
    ...(config ? { config: config.spec } : {}),
    preset: flags.preset,
    fields,
    assignments: flags.set,
  });
  const name = flags.name === undefined ? {} : { name: checkedName(nameSchema, flags.name) };
  return { spec, start: () => session.peer.request('runs.start', { spec, ...name }), after: -1 };
}

/** What a new run learns from: a dataset and, for a prior, the run whose latents it learns (vectors or codes). */
interface Ground {
  dataset: DatasetSummary;
  autoencoder: CodesFrom | null;
  overVectors: boolean;
}

async function groundOf(session: Session, { dataset, model, autoencoder, prior }: Flags): Promise<Ground> {
  if (autoencoder === undefined) {
    if (prior !== undefined)
      throw new AppError(
        'BAD_REQUEST',
        'A prior learns the latents of a run: --prior needs --autoencoder.',
        'See --help.',
      );
    if (dataset === undefined)
      throw new AppError(
        'BAD_REQUEST',
        'train needs --dataset (or --autoencoder, --config or --resume).',
        'See --help.',
      );
    return { dataset: await findDataset(session, dataset), autoencoder: null, overVectors: false };
  }
  if (model !== undefined)
    throw new AppError('BAD_REQUEST', 'With --autoencoder a prior is trained: name it by --prior, not --model.');
  const run = await findRun(session, autoencoder);
  return {
    dataset: await findDataset(session, dataset ?? run.spec.dataset),
    autoencoder: { run: run.id, step: null },
    overVectors: hasVector(run.spec.model.kind),
  };
}

/** The configuration named by --config. Flags can't set what it decides itself. */
async function readConfig(outside: Outside, argument: string, { model, prior, preset }: Flags): Promise<Config> {
  const config = configIn(await readText(outside, argument), argument);
  const { kind } = config.spec.model;
  const other = Object.entries({ model, prior, preset }).find(([, given]) => given !== undefined && given !== kind);
  if (!other) return config;
  throw new AppError(
    'BAD_REQUEST',
    `--config names a ${kind}, so --${other[0]} can't be given with it.`,
    'Leave one of them out.',
    { field: other[0] },
  );
}

/** The dataset that a configuration names by id or by name and, for a prior, the run; flags override both. */
async function groundOfConfig(session: Session, { spec, datasetName }: Config, flags: Flags): Promise<Ground> {
  if (flags.autoencoder !== undefined && !spec.autoencoder)
    throw new AppError('BAD_REQUEST', `--config names a ${spec.model.kind}, which learns no latents of a run.`, '', {
      field: 'autoencoder',
    });
  const dataset = await findDataset(session, flags.dataset ?? spec.dataset).catch((error: unknown) => {
    if (flags.dataset !== undefined || datasetName === null) throw error;
    return findDataset(session, datasetName);
  });
  if (!spec.autoencoder) return { dataset, autoencoder: null, overVectors: false };
  const run = await findRun(session, flags.autoencoder ?? spec.autoencoder.run);
  const autoencoder = { run: run.id, step: flags.autoencoder === undefined ? spec.autoencoder.step : null };
  return { dataset, autoencoder, overVectors: hasVector(run.spec.model.kind) };
}

function createPrinter(output: Output, plan: { steps: number; batch: number }, now: () => number): (row: Row) => void {
  let lastLine = -Infinity;
  return (row) => {
    const { step, loss, nmse, nats, perplexity, itemsPerSecond, test } = row;
    if (loss.total !== undefined) {
      const due = now() - lastLine >= LINE_INTERVAL_MS || step >= plan.steps;
      if (due) lastLine = now();
      const fields = {
        step,
        loss,
        nmse: nmse ?? null,
        ...(nats === undefined ? {} : { nats }),
        perplexity: perplexity ?? null,
        itemsPerSecond: itemsPerSecond ?? null,
        imagesPerSecond: itemsPerSecond ?? null, // as it was called when items were pictures alone
      };
      output.line({ ...fields, ...(test ? { test } : {}) }, due ? rowText(row, plan) : null);
    }
    if (test) output.line(loss.total === undefined ? { step, test } : null, evaluationText({ ...row, test }));
  };
}

/** The command's failure for a run that ended by itself before its last step. */
function failureOf(run: RunSummary): AppError {
  const { code = 'ENGINE_LOST', message = 'The trainer process ended unexpectedly.', hint = '' } = run.failure ?? {};
  const known = (errorCodes as readonly string[]).includes(code) ? (code as ErrorCode) : 'INTERNAL';
  const last = run.checkpoints.at(-1);
  const goOn = last === undefined ? '' : `Go on from step ${last} with: tessera train --resume ${run.id}`;
  return new AppError(known, message, [hint, goOn].filter(Boolean).join(' '));
}
