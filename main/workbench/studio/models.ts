import type {
  Animation,
  CheckpointChoice,
  Evaluation,
  MethodName,
  Params,
  Items,
  Progress,
  ProgressReport,
  Result,
  RunPlan,
  StudioContract,
} from '@shared/contract';
import { AppError } from '@shared/errors';
import {
  describeSignal,
  isPrior,
  isSameSignal,
  type CodesFrom,
  type RunManifest,
  type RunSpec,
  type Signal,
  type Split,
} from '@shared/specs';
import type { Supervisor } from '../engine';
import type { DatasetStore, RunStore } from '../stores';
import { createWithCheckpoint, type DamagedCheckpoint } from './fall-back';

type Method = MethodName<StudioContract>;

/** A checkpoint as the studio process is given it. */
export interface CheckpointFolder {
  runDirectory: string;
  step: number;
}

export interface ModelRequestOptions {
  signal?: AbortSignal;
  onProgress?: (report: ProgressReport) => void;
  /** Repeat the request if the process was lost meanwhile: for what a person does by hand and can't have killed it. */
  retry?: boolean;
}

/** Checkpoints of runs as the studio process is asked about them, and what configurations cost. */
export interface Models {
  /** Sends a request about a checkpoint of a run, or about the one before it if that is damaged: see `fall-back`. */
  ask<M extends Method>(
    method: M,
    which: { run: string; checkpoint: CheckpointChoice },
    rest: Omit<Params<StudioContract, M>, keyof CheckpointFolder>,
    options?: ModelRequestOptions,
  ): Promise<Result<StudioContract, M>>;
  /** The same for several requests about one checkpoint. */
  withCheckpoint<T>(
    which: { run: string; checkpoint: CheckpointChoice },
    work: (step: number) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T>;
  /** Folder of a dataset by its id, or of the dataset that a run was trained on. Throws NOT_FOUND if it is gone. */
  datasetDirectory(of: { dataset: string } | { run: string }): Promise<string>;
  /** What a configuration learns from. Throws NOT_FOUND, or BAD_REQUEST for an autoencoder of other pictures. */
  groundOf(spec: RunSpec): Promise<Omit<Params<StudioContract, 'studio.pace'>, 'spec'>>;
  /** What a configuration costs. Throws BAD_REQUEST, naming the field, for one that the engine refuses. */
  plan(spec: RunSpec): Promise<RunPlan>;
  /** The checkpoint whose latents a prior learns: the one asked for, or the best. */
  codesOf(from: CodesFrom): Promise<NonNullable<RunManifest['codes']>>;
  /** Rows of pictures as one PNG, and each row by itself. */
  draw(rows: Items[]): Promise<{ sheet: Uint8Array; rows: Uint8Array[] }>;
  /** Pictures in turn as a GIF. */
  animate(what: Animation, signal: AbortSignal): Promise<{ bytes: Uint8Array }>;
  evaluate(
    which: { run: string; checkpoint: CheckpointChoice },
    what: { split: Split; thorough: boolean },
    options: ModelRequestOptions,
  ): Promise<Evaluation>;
}

export interface ModelsOptions {
  supervisor: Supervisor<StudioContract>;
  datasets: Pick<DatasetStore, 'get' | 'folder'>;
  runs: Pick<RunStore, 'read' | 'existing'>;
  /** A damaged checkpoint was skipped. */
  onDamaged(run: string, checkpoint: DamagedCheckpoint): void;
}

export function createModels({ supervisor, datasets, runs, onDamaged }: ModelsOptions): Models {
  const fallBack = createWithCheckpoint();
  const withCheckpoint: Models['withCheckpoint'] = ({ run, checkpoint }, work, signal) =>
    fallBack(
      { runDirectory: runs.existing(run), checkpoint, signal, onDamaged: (damaged) => onDamaged(run, damaged) },
      work,
    );

  const ask: Models['ask'] = async (method, { run, checkpoint }, rest, { signal, onProgress, retry = false } = {}) => {
    const runDirectory = runs.existing(run);
    const send = (step: number): Promise<Result<StudioContract, typeof method>> =>
      supervisor.request(method, { ...rest, runDirectory, step } as unknown as Params<StudioContract, typeof method>, {
        ...(signal && { signal }),
        ...(onProgress && { onProgress: onProgress as (value: Progress<StudioContract, typeof method>) => void }),
      });
    const sendAgain = async (step: number): Promise<Result<StudioContract, typeof method>> => {
      try {
        return await send(step);
      } catch (error) {
        if (!retry || signal?.aborted || !(error instanceof AppError) || error.code !== 'ENGINE_LOST') throw error;
        return send(step);
      }
    };
    return withCheckpoint({ run, checkpoint }, sendAgain, signal);
  };

  const datasetDirectory: Models['datasetDirectory'] = async (of) => {
    if ('dataset' in of) return datasets.folder((await datasets.get(of.dataset)).id);
    const { spec, datasetName: name } = runs.read(of.run);
    const id = spec.dataset;
    try {
      return datasets.folder((await datasets.get(id)).id);
    } catch (cause) {
      throw new AppError(
        'NOT_FOUND',
        `The dataset "${name}" that this run was trained on is no longer here.`,
        'Import it again under the same name.',
        { cause },
      );
    }
  };

  const codesOf: Models['codesOf'] = async ({ run, step: wanted }) => {
    const { name } = runs.read(run);
    const { step, latent, weightsHash } = await ask('studio.open', { run, checkpoint: wanted ?? 'best' }, {});
    return { run, name, step, weightsHash, latent };
  };

  const groundOf: Models['groundOf'] = async (spec) => {
    const { signal, classes, splits } = (await datasets.get(spec.dataset)).manifest;
    const codes = spec.autoencoder && (await codesOf(spec.autoencoder));
    if (codes) requireSameSignal(signal, runs.read(codes.run));
    const { train: items, test: heldOut } = splits;
    return { signal, latent: codes?.latent ?? null, classes: classes.length, items, heldOut };
  };

  return {
    ask,
    codesOf,
    withCheckpoint,
    datasetDirectory,
    groundOf,
    plan: async (spec) => supervisor.request('studio.plan', { spec, ...(await groundOf(spec)) }),
    draw: (rows) => supervisor.request('studio.sheet', { rows }),
    animate: (what, signal) => supervisor.request('studio.animate', what, { signal }),
    evaluate: async (which, { split, thorough }, options) => {
      const where = { datasetDirectory: await datasetDirectory(which), split };
      return isPrior(runs.read(which.run).spec.model)
        ? ask('studio.evaluatePrior', which, where, options)
        : ask('studio.evaluate', which, { ...where, thorough }, options);
    },
  };
}

/** @throws BAD_REQUEST if an autoencoder was trained on items of another shape than a dataset's */
function requireSameSignal(signal: Signal, { name, signal: known }: RunManifest): void {
  if (isSameSignal(signal, known)) return;
  throw new AppError(
    'BAD_REQUEST',
    `“${name}” reads items of ${describeSignal(known).en}; the dataset’s are ${describeSignal(signal).en}.`,
    'Choose the dataset that the autoencoder was trained on, or import this one at that size.',
    { field: 'autoencoder.run' },
  );
}
