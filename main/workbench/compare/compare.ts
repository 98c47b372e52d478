import {
  measuresOf,
  type ComparedRun,
  type Comparison,
  type Evaluation,
  type ParsedParams,
  type ProgressReport,
  type WorkbenchContract,
} from '@shared/contract';
import { scoreIn } from '@shared/metrics';
import { AppError } from '@shared/errors';
import { isPrior, latentBits } from '@shared/specs';
import type { Datasets } from '../datasets';
import type { Exports } from '../exports';
import { fingerprint, namingRun } from '../measured';
import type { ProvenanceReader, Runs } from '../runs';
import type { Models } from '../studio';
import { comparisonCsv, comparisonReport } from './report';

export type ComparisonRequest = ParsedParams<WorkbenchContract, 'runs.compare'>;

export interface CompareOptions {
  signal: AbortSignal;
  onProgress(report: ProgressReport): void;
}

/** Measures runs over the same items, and writes the result as an export. */
export type Compare = (request: ComparisonRequest, options: CompareOptions) => Promise<Comparison>;

export interface CompareParts {
  models: Models;
  runs: Pick<Runs, 'get' | 'metrics'>;
  provenance: Pick<ProvenanceReader, 'read'>;
  datasets: Pick<Datasets, 'get' | 'folder'>;
  exports: Pick<Exports, 'write'>;
  now?(): Date;
}

/**
 * Compares one run after the other: its whole split is evaluated, and a few items of it are decoded. Errors name the run.
 * @throws NOT_FOUND for a run, its dataset or a checkpoint; BAD_REQUEST where a model reads pictures of another size
 */
export function createCompare({
  models,
  runs,
  provenance,
  datasets,
  exports,
  now = () => new Date(),
}: CompareParts): Compare {
  return async (request, { signal, onProgress }) => {
    const { checkpoint, split, pictures, thorough, language } = request;
    const chosen = [...new Set(request.runs)].map((run) => runs.get(run));
    const prior = chosen.find(({ spec }) => isPrior(spec.model));
    if (prior) {
      const message = `“${prior.name}” is a prior: it reconstructs nothing to compare.`;
      throw new AppError('BAD_REQUEST', message, 'Leave it out, or compare its autoencoder.', { field: 'runs' });
    }
    const dataset = request.dataset ?? chosen[0]?.spec.dataset ?? '';
    const { manifest, id: datasetId } = await datasets.get(dataset);
    const datasetDirectory = datasets.folder(datasetId);
    const compared: ComparedRun[] = [];
    let sheet: Pick<Comparison, 'names' | 'originals'> | null = null;

    for (const [place, { id: run, name, spec }] of chosen.entries()) {
      const report = overall(onProgress, place, chosen.length);
      const one = async (): Promise<void> => {
        const evaluation = await models.ask(
          'studio.evaluate',
          { run, checkpoint },
          { datasetDirectory, split, thorough },
          { signal, onProgress: report },
        );
        const { step } = evaluation;
        const { model, names, originals, reconstructions } = await models.ask(
          'studio.reconstruct',
          { run, checkpoint: step },
          { datasetDirectory, split, count: pictures },
          { signal },
        );
        sheet ??= { names, originals };
        compared.push({
          run,
          name,
          model: spec.model.kind,
          step,
          bitsPerItem: latentBits(model.latent),
          evaluation: over(manifest.trainVariance, evaluation),
          reconstructions,
        });
      };
      await one().catch((error: unknown) => {
        throw namingRun(name, error);
      });
    }
    if (!sheet) throw new AppError('BAD_REQUEST', 'No run was named.', '', { field: 'runs' });

    const { names, originals } = sheet as Pick<Comparison, 'names' | 'originals'>;
    const measures = measuresOf(compared);
    const found = { dataset, datasetName: manifest.name, split, measures, names, originals, runs: compared };
    const drawn = await models.draw([originals, ...compared.map(({ reconstructions }) => reconstructions)]);
    const details = await Promise.all(
      chosen.map(async ({ id, spec, datasetName, createdAt }) => ({
        spec,
        datasetName,
        createdAt,
        metrics: await runs.metrics(id, -1),
        provenance: await provenance.read(id),
      })),
    );
    signal.throwIfAborted();
    // the same runs and items give the same export, which the next replaces
    const identity = fingerprint([request.runs, checkpoint, request.dataset ?? null, split]);
    const written = await exports.write(`compare-${identity}`, {
      'comparison.csv': comparisonCsv(found),
      'sheet.png': drawn.sheet,
      'report.html': comparisonReport(found, { language, rows: drawn.rows, madeAt: now(), details }),
    });
    return { ...written, ...found };
  };
}

/** The progress of one run as part of all of them. */
function overall(onProgress: CompareOptions['onProgress'], place: number, count: number) {
  return ({ done, total, ...rest }: ProgressReport): void =>
    onProgress({
      ...rest,
      done: place * (total ?? 0) + done,
      total: total === null ? null : total * count,
      secondsLeft: place === count - 1 ? rest.secondsLeft : null,
    });
}

/** Divides the MSE by the same variance for every run, whatever each was trained on. */
function over(trainVariance: number, evaluation: Evaluation): Evaluation {
  const { mse } = evaluation.measures;
  if (mse === undefined) return evaluation;
  const measures = { ...evaluation.measures, nmse: mse / trainVariance };
  return { ...evaluation, score: scoreIn(measures), measures };
}
