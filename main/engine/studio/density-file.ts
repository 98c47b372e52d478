import { readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { ModelInfo } from '@shared/contract';
import { AppError, asAppError } from '@shared/errors';
import { type Split, runFolder, splitSchema } from '@shared/specs';
import type { GaussianMixture } from '../density';
import { makeFolder, replaceFile } from '../../files';
import type { NpyArray } from '../formats/npy';
import { readNpz, writeNpz } from '../formats/npz';
import { tesseraVersion } from './version';

/** A mixture of Gaussians fitted to the vectors of training items, and how likely it finds others. All in nats. */
export interface LatentDensity {
  mixture: GaussianMixture;
  /** Training items that it was fitted to. */
  items: number;
  /** Mean of log p(z) over those. */
  logLikelihood: number;
  iterations: number;
  hasConverged: boolean;
  /** What vectors are compared with: the held-out items, or the training items of a dataset that holds none out. */
  reference: Split;
  /** log p(z) of the reference's items, ascending. */
  logDensities: Float64Array;
}

/** `meta` of a density file: what it was fitted to, and how that went. */
const metaSchema = z.object({
  format: z.literal('tessera-density'),
  version: z.literal(1),
  tessera: z.string(),
  run: z.string(),
  step: z.number().int(),
  /** SHA-256 of the weights that encoded the items, and when their dataset was made: with others the fit is stale. */
  weightsHash: z.string(),
  dataset: z.string(),
  covariance: z.enum(['diagonal', 'full']),
  items: z.number().int().positive(),
  logLikelihood: z.number(),
  iterations: z.number().int(),
  hasConverged: z.boolean(),
  reference: splitSchema,
});

/**
 * Keeps a fit in the run's folder, and drops the fits of checkpoints that are gone. The file is a `.npz`, all float64:
 * `weights` [K], `means` [K, D], `covariances` [K, D] or [K, D, D], `log_densities` [N] of the items it is compared
 * with, and `meta` (JSON). A folder that can't be written to only means that the next process fits anew.
 */
export function writeDensity(runDirectory: string, info: ModelInfo, dataset: string, density: LatentDensity): void {
  const { mixture, logDensities, items, logLikelihood, iterations, hasConverged, reference } = density;
  const { components, dimension, covariance, weights, means, covariances } = mixture;
  const { run, step, weightsHash } = info;
  const meta: z.input<typeof metaSchema> = {
    format: 'tessera-density',
    version: 1,
    tessera: tesseraVersion,
    run,
    step,
    weightsHash,
    dataset,
    covariance,
    items,
    logLikelihood,
    iterations,
    hasConverged,
    reference,
  };
  const side = covariance === 'full' ? [dimension, dimension] : [dimension];
  const arrays: Record<string, NpyArray> = {
    weights: { shape: [components], data: weights },
    means: { shape: [components, dimension], data: means },
    covariances: { shape: [components, ...side], data: covariances },
    log_densities: { shape: [logDensities.length], data: logDensities },
  };
  try {
    makeFolder(path.join(runDirectory, runFolder.density));
    replaceFile(
      path.join(runDirectory, runFolder.densityAt(step, components)),
      writeNpz({ arrays, texts: { meta: JSON.stringify(meta) } }),
    );
    dropStale(runDirectory);
  } catch (thrown) {
    if (asAppError(thrown).code === 'INTERNAL') throw thrown;
  }
}

/**
 * The fit of these weights and this dataset with `components` components; null where there is none that can be read.
 */
export function readDensity(
  runDirectory: string,
  { step, weightsHash, latent }: ModelInfo,
  dataset: string,
  components: number,
): LatentDensity | null {
  try {
    const file = path.join(runDirectory, runFolder.densityAt(step, components));
    const { arrays, texts } = readNpz(readFileSync(file));
    const meta = metaSchema.parse(JSON.parse(texts.meta ?? 'null'));
    if (meta.weightsHash !== weightsHash || meta.dataset !== dataset || latent.kind !== 'vector') return null;
    const { length: dimension } = latent;
    const { covariance, items, logLikelihood, iterations, hasConverged, reference } = meta;
    const size = covariance === 'full' ? dimension ** 2 : dimension;
    const mixture = {
      components,
      dimension,
      covariance,
      weights: numbers(arrays.weights, components),
      means: numbers(arrays.means, components * dimension),
      covariances: numbers(arrays.covariances, components * size),
    };
    const logDensities = numbers(arrays.log_densities);
    return { mixture, items, logLikelihood, iterations, hasConverged, reference, logDensities };
  } catch {
    return null;
  }
}

/** An array's numbers. Throws where it is missing, empty, of another length, or holds what isn't a number. */
function numbers(array: NpyArray | undefined, length?: number): Float64Array {
  const data = array?.data;
  const isRight = data instanceof Float64Array && data.length > 0 && data.every(Number.isFinite);
  if (isRight && (length === undefined || data.length === length)) return data;
  throw new AppError('BAD_FILE', 'The file of a density is damaged.');
}

function dropStale(runDirectory: string): void {
  const steps = new Set(readdirSync(path.join(runDirectory, runFolder.checkpoints)));
  const folder = path.join(runDirectory, runFolder.density);
  for (const name of readdirSync(folder)) {
    const [step] = name.split('-');
    if (step !== undefined && /^\d+$/.test(step) && !steps.has(step)) rmSync(path.join(folder, name), { force: true });
  }
}
