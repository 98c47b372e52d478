import path from 'node:path';
import type {
  CheckpointChoice,
  CompressedRun,
  Compression as Measured,
  ModelInfo,
  ParsedParams,
  PictureSet,
  ProgressReport,
  Restored,
  Result,
  RunSummary,
  StudioContract,
  WorkbenchContract,
} from '@shared/contract';
import { AppError } from '@shared/errors';
import { describeSignal, isPrior, isSameSignal, type Signal } from '@shared/specs';
import type { Datasets } from '../datasets';
import type { Supervisor } from '../engine';
import type { Exports } from '../exports';
import { fingerprint, namingRun } from '../measured';
import type { Runs } from '../runs';
import type { Models } from '../studio';
import { compressionCsv } from './table';

type Asked = ParsedParams<WorkbenchContract, 'compression.measure'>;
/** A request whose grant has been resolved. */
export type MeasureRequest = Omit<Asked, 'pictures'> & {
  pictures: Extract<Asked['pictures'], { kind: 'items' }> | Extract<PictureSet, { kind: 'files' }>;
};

export interface CompressionOptions {
  signal: AbortSignal;
  onProgress(report: ProgressReport): void;
}

export interface Compression {
  /**
   * Measures runs over the same pictures one after the other, then PNG, JPEG and WebP; the result is also written as
   * an export. Errors about a run name it.
   * @throws NOT_FOUND for a run, dataset or checkpoint; BAD_REQUEST where models read pictures of other sizes;
   * UNSUPPORTED for a run without codes; LIMIT for too many pictures
   */
  measure(request: MeasureRequest, options: CompressionOptions): Promise<Measured>;
  /**
   * The pictures of a `.tsr` file (absolute path).
   * @throws NOT_FOUND saying which run it needs, if that isn't here; as the engine refuses it
   */
  restore(source: string, options: CompressionOptions): Promise<Restored>;
}

export interface CompressionParts {
  models: Pick<Models, 'ask' | 'draw'>;
  engine: Pick<Supervisor<StudioContract>, 'request'>;
  runs: Pick<Runs, 'get' | 'list'>;
  datasets: Pick<Datasets, 'get' | 'folder'>;
  exports: Pick<Exports, 'write'>;
}

/** What encodes a run's codes: a prior's checkpoint, or coders that need no prior. */
interface Coding {
  /** The autoencoder's name. */
  run: string;
  name: string;
  model: string;
  prior: RunSummary | null;
  which: { run: string; checkpoint: CheckpointChoice };
}

export function createCompression({ models, engine, runs, datasets, exports }: CompressionParts): Compression {
  const codingOf = async (
    run: RunSummary,
    { checkpoint, usePriors }: MeasureRequest,
    signal: AbortSignal,
  ): Promise<Coding> => {
    const { id, name, spec, codes } = run;
    if (isPrior(spec.model)) {
      const teacher = codes && runs.list().find((one) => one.id === codes.run);
      const autoencoder = {
        run: codes?.run ?? id,
        name: teacher?.name ?? codes?.name ?? name,
        model: teacher?.spec.model.kind ?? '',
      };
      return { ...autoencoder, prior: run, which: { run: id, checkpoint } };
    }
    const self = { run: id, name, model: spec.model.kind };
    if (!usePriors) return { ...self, prior: null, which: { run: id, checkpoint } };
    const info = await models.ask('studio.open', { run: id, checkpoint }, {}, { signal, retry: true });
    const prior = bestPrior(runs.list(), info);
    const which = prior ? { run: prior.id, checkpoint: 'best' as const } : { run: id, checkpoint: info.step };
    return { ...self, prior, which };
  };

  const measure: Compression['measure'] = async (request, options) => {
    const { signal } = options;
    const chosen = [...new Set(request.runs)].map((run) => runs.get(run));
    const { pictures, dataset } = await pictureSet(datasets, request.pictures, chosen[0]?.spec.dataset ?? '');
    const measured: (CompressedRun & { bytes: Uint8Array; found: Result<StudioContract, 'studio.measureCoding'> })[] =
      [];
    for (const run of chosen) {
      const one = async (): Promise<void> => {
        const { which, prior, ...self } = await codingOf(run, request, signal);
        // an autoencoder and its best prior are one measurement
        if (measured.some((known) => known.run === self.run && known.prior?.run === prior?.id)) return;
        const found = await models.ask(
          'studio.measureCoding',
          which,
          { byPrior: prior !== null, pictures, perceptual: request.perceptual },
          options,
        );
        requireSameShape(measured[0]?.signal, found.signal);
        const { tsr: bytes, originals: _originals, names: _names, preprocessing: _preprocessing, ...rest } = found;
        measured.push({
          ...rest,
          ...self,
          prior: prior && { run: prior.id, name: prior.name, model: prior.spec.model.kind },
          tsr: `${measured.length + 1}-${self.run}.tsr`,
          bytes,
          found,
        });
      };
      await one().catch((error: unknown) => {
        throw namingRun(run.name, error);
      });
    }
    const first = measured[0]?.found;
    if (!first) throw new AppError('BAD_REQUEST', 'No run was named.', '', { field: 'runs' });

    const targets = measured.map(({ fileBytes, psnr, bits, coder }) => ({
      fileBytes,
      dataBytes: Math.ceil((bits[coder] ?? 0) / 8),
      psnr,
    }));
    const { preprocessing, items, pixels, names, originals } = first;
    const what = { pictures, shape: first.signal, preprocessing, targets, perceptual: request.perceptual };
    const codecs = await engine.request('studio.measureCodecs', what, options);
    const sheets = await Promise.all(
      measured.map(({ reconstructions }, place) => {
        const others = codecs.formats.flatMap(({ matches }) => matches[place]?.sameSize.data.pictures ?? []);
        return models.draw([originals, reconstructions, ...others]);
      }),
    );
    signal.throwIfAborted();
    const found = {
      dataset,
      items,
      pixels,
      signal: first.signal,
      names,
      originals,
      runs: measured.map(({ bytes: _bytes, found: _found, ...run }) => run),
      codecs,
    };
    const written = await exports.write(`compression-${fingerprint(identityOf(request))}`, {
      'compression.csv': compressionCsv(found),
      ...Object.fromEntries(measured.map(({ tsr, bytes }) => [tsr, bytes])),
      ...Object.fromEntries(
        measured.map(({ tsr }, place) => [sheetName(tsr), sheets[place]?.sheet ?? new Uint8Array()]),
      ),
    });
    return { ...written, ...found };
  };

  const restore: Compression['restore'] = async (source, { signal, onProgress }) => {
    const called = path.basename(source);
    const header = await engine.request('studio.readCompressed', { source, called }, { signal });
    const { coder, opener } = header;
    const run = runs.list().find(({ id }) => id === opener.run);
    if (!run)
      throw new AppError(
        'NOT_FOUND',
        `This file needs ${coder === 'prior' ? 'the prior' : 'the autoencoder'} of run “${opener.run}” at step ${opener.step}, which is not in this workspace.`,
        'Copy that run’s folder into this workspace’s folder of runs, and open the file again.',
      );
    const checkpoint = run.checkpoints.includes(opener.step) ? opener.step : 'latest';
    const restored = await models.ask(
      'studio.restoreCompressed',
      { run: run.id, checkpoint },
      { source, called },
      { signal, onProgress },
    );
    return { ...header, name: run.name, ...restored };
  };

  return { measure, restore };
}

/**
 * Chooses, among the priors trained on the codes of these weights, the one that needs the fewest bits: the lowest
 * nats per code over the held-out items. Returns null if there is none. A prior that predicts several codes at a
 * time has no such measure and can't be used for coding.
 */
export function bestPrior(
  runs: readonly RunSummary[],
  { weightsHash }: Pick<ModelInfo, 'weightsHash'>,
): RunSummary | null {
  const natsOf = ({ evaluation }: RunSummary): number => evaluation?.measures.nats ?? Infinity;
  return runs
    .filter((run) => isPrior(run.spec.model) && run.codes?.weightsHash === weightsHash && run.checkpoints.length > 0)
    .reduce<RunSummary | null>((best, run) => (natsOf(run) < (best ? natsOf(best) : Infinity) ? run : best), null);
}

/** `1-shoes.tsr` → `1-shoes.png` */
export const sheetName = (tsr: string): string => tsr.replace(/tsr$/, 'png');

async function pictureSet(
  datasets: CompressionParts['datasets'],
  asked: MeasureRequest['pictures'],
  ownDataset: string,
): Promise<{ pictures: PictureSet; dataset: Measured['dataset'] }> {
  if (asked.kind === 'files') return { pictures: asked, dataset: null };
  const { id, manifest } = await datasets.get(asked.dataset ?? ownDataset);
  const { split, count } = asked;
  return {
    pictures: { kind: 'items', datasetDirectory: datasets.folder(id), split, count },
    dataset: { id, name: manifest.name, split },
  };
}

function requireSameShape(wanted: Signal | undefined, own: Signal): void {
  if (!wanted || isSameSignal(wanted, own)) return;
  const message = `reads items of ${describeSignal(own).en}, and the first run of ${describeSignal(wanted).en}.`;
  throw new AppError('BAD_REQUEST', message, 'Measure runs of one size together.', { field: 'runs' });
}

/** The same runs and items give the same export, which the next replaces; so do one's own files, whichever they are. */
const identityOf = ({ runs, checkpoint, pictures, usePriors }: MeasureRequest): unknown[] => [
  runs,
  checkpoint,
  usePriors,
  pictures.kind === 'items' ? pictures : 'files',
];
