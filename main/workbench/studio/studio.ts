import type {
  CheckpointChoice,
  Evaluation,
  MethodName,
  Params,
  Progress,
  ProgressReport,
  Result,
  RunPlan,
  StudioContract,
} from '@shared/contract';
import { AppError } from '@shared/errors';
import type { RunSpec, Split } from '@shared/specs';
import type { Datasets } from '../datasets';
import type { Supervisor } from '../engine';
import { chooseCheckpoint } from '../runs/checkpoints';

type Method = MethodName<StudioContract>;

/** A checkpoint as the studio process is told of it. */
export interface Model {
  runDirectory: string;
  step: number;
}

export interface StudioRequestOptions {
  signal?: AbortSignal;
  onProgress?: (report: ProgressReport) => void;
  /** Ask once more if the process was lost meanwhile: for what a person does by hand and can't have killed it. */
  retry?: boolean;
}

export interface Studio {
  /** Asks about a checkpoint of a run. `latest` is found anew if it was pruned while the request was under way. */
  ask<M extends Method>(
    method: M,
    which: { run: string; checkpoint: CheckpointChoice },
    rest: Omit<Params<StudioContract, M>, keyof Model>,
    options?: StudioRequestOptions,
  ): Promise<Result<StudioContract, M>>;
  /** Folder of a dataset by its id, or of the dataset that a run was trained on. Throws NOT_FOUND if it is gone. */
  datasetDirectory(of: { dataset: string } | { run: string }): Promise<string>;
  plan(spec: RunSpec): Promise<RunPlan>;
  evaluate(run: string, split: Split, options: StudioRequestOptions): Promise<Evaluation>;
}

export interface StudioOptions {
  supervisor: Supervisor<StudioContract>;
  datasets: Datasets;
  runFolder(run: string): string;
  datasetOf(run: string): { id: string; name: string };
}

export function createStudio({ supervisor, datasets, runFolder, datasetOf }: StudioOptions): Studio {
  const ask: Studio['ask'] = async (method, { run, checkpoint }, rest, { signal, onProgress, retry = false } = {}) => {
    const runDirectory = runFolder(run);
    const send = (step: number): Promise<Result<StudioContract, typeof method>> =>
      supervisor.request(method, { ...rest, runDirectory, step } as unknown as Params<StudioContract, typeof method>, {
        ...(signal && { signal }),
        ...(onProgress && { onProgress: onProgress as (value: Progress<StudioContract, typeof method>) => void }),
      });
    const step = chooseCheckpoint(runDirectory, checkpoint);
    try {
      return await send(step);
    } catch (error) {
      if (!(error instanceof AppError) || signal?.aborted) throw error;
      if (retry && error.code === 'ENGINE_LOST') return send(step);
      const newer = checkpoint === 'latest' ? chooseCheckpoint(runDirectory, 'latest') : step;
      if (newer !== step && (error.code === 'NOT_FOUND' || error.code === 'BAD_FILE' || error.code === 'DISK'))
        return send(newer);
      throw error;
    }
  };

  const datasetDirectory: Studio['datasetDirectory'] = async (of) => {
    if ('dataset' in of) return datasets.folder((await datasets.get(of.dataset)).id);
    const { id, name } = datasetOf(of.run);
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

  return {
    ask,
    datasetDirectory,
    plan: async (spec) => {
      const { height, width, channels } = (await datasets.get(spec.dataset)).manifest;
      return supervisor.request('studio.plan', { spec, image: { height, width, channels } });
    },
    evaluate: async (run, split, options) =>
      ask(
        'studio.evaluate',
        { run, checkpoint: 'latest' },
        { datasetDirectory: await datasetDirectory({ run }), split },
        options,
      ),
  };
}
