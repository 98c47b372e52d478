import type { DensityFit, VectorDensity } from '@shared/contract';
import type { Split } from '@shared/specs';
import { AppError } from '@shared/errors';
import { type GaussianMixture, covarianceFor, fitGaussianMixture, logDensities, regularisationFor } from '../density';
import { type Pack, openPack, readItemIndex } from '../media';
import type { LoadedVectorRun } from '../training';
import { requireShape } from '../training/evaluate';
import { type LatentDensity, readDensity, writeDensity } from './density-file';
import { encodedVectors } from './encode-vectors';
import { breathe } from './long-jobs';
import { evenlySpread } from './reconstruct';

export interface DensityOf {
  model: LoadedVectorRun;
  runDirectory: string;
  datasetDirectory: string;
  components: number;
}

export interface FitRequest extends DensityOf {
  signal: AbortSignal;
  /** In two phases: `encoding`, then `fitting`, counted in rounds of EM. */
  onProgress(phase: string, done: number, total: number): void;
}

/** Items of a split that are looked at, at most: evenly spread over it, the same every time. */
const MOST_ITEMS = 20_000;
/** Seed of k-means' first draw. */
const SEED = 1;
/** Components of the mixture that evaluations use, as in Ghosh et al. (2020). */
const COMPONENTS = 10;
const FEWEST_MEASURED = 10 * COMPONENTS;
/** Vectors between two pauses. */
const PIECE = 1024;

const known = new WeakMap<LoadedVectorRun, Map<string, LatentDensity>>();

/** The mixture of these vectors if it was fitted before, in this process or by the run's folder; else null. Quick. */
export function keptDensity(of: DensityOf): LatentDensity | null {
  const pack = openPack(of.datasetDirectory);
  try {
    return kept(of, pack);
  } finally {
    pack.close();
  }
}

/**
 * The mixture of `components` Gaussians of a run's vectors, from its folder or fitted anew and kept there. A function
 * of the weights, the dataset and the number of components alone.
 * @throws BAD_REQUEST for a dataset of another shape, or with fewer training items than components; CANCELLED
 */
export async function fittedDensity(request: FitRequest): Promise<LatentDensity> {
  const { model, datasetDirectory } = request;
  const pack = openPack(datasetDirectory);
  try {
    const found = kept(request, pack);
    if (found) return found;
    requireShape(pack, model.model);
    const made = await fit(request, pack);
    remember(request, pack, made);
    writeDensity(request.runDirectory, model.info, pack.manifest.createdAt, made);
    return made;
  } finally {
    pack.close();
  }
}

/** A fit as requests describe it. */
export function summaryOf(density: LatentDensity, step: number): DensityFit {
  const { mixture, items, logLikelihood, iterations, hasConverged, reference } = density;
  const { components, covariance } = mixture;
  const compared = { split: reference, items: density.logDensities.length, logDensity: mean(density.logDensities) };
  return { step, components, covariance, items, logLikelihood, iterations, hasConverged, reference: compared };
}

/** How likely a vector is, and the share of the reference's items that are at most as likely. */
export function densityOf(
  { mixture, reference, logDensities: ascending }: LatentDensity,
  vector: Float32Array,
): VectorDensity {
  const logDensity = logDensities(mixture, vector)[0] ?? NaN;
  let [from, to] = [0, ascending.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (ascending[middle]! <= logDensity) from = middle + 1;
    else to = middle;
  }
  return { logDensity, share: from / ascending.length, reference };
}

/**
 * What a thorough evaluation says of vectors: `latent-density-K`, the mean of log p(z) over a split's items under a
 * mixture of K = 10 Gaussians fitted to the training items' vectors, nats. Left out where training items are too few to
 * mean much.
 */
export async function measureDensity({
  split,
  ...request
}: Omit<FitRequest, 'components'> & { split: Split }): Promise<Record<string, number>> {
  const pack = openPack(request.datasetDirectory);
  pack.close();
  if (pack.manifest.splits.train < FEWEST_MEASURED) return {};
  const { reference, logDensities, logLikelihood } = await fittedDensity({ ...request, components: COMPONENTS });
  return { [`latent-density-${COMPONENTS}`]: split === reference ? mean(logDensities) : logLikelihood };
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function kept(of: DensityOf, { manifest }: Pack): LatentDensity | null {
  const found = known.get(of.model)?.get(keyOf(of, manifest.createdAt));
  if (found) return found;
  const read = readDensity(of.runDirectory, of.model.info, manifest.createdAt, of.components);
  if (read) remember(of, { manifest }, read);
  return read;
}

function remember(of: DensityOf, { manifest }: Pick<Pack, 'manifest'>, density: LatentDensity): void {
  const all = known.get(of.model) ?? new Map<string, LatentDensity>();
  known.set(of.model, all);
  all.set(keyOf(of, manifest.createdAt), density);
}

const keyOf = ({ datasetDirectory, components }: DensityOf, createdAt: string): string =>
  [datasetDirectory, createdAt, components].join('\n');

async function fit({ model, datasetDirectory, components, signal, onProgress }: FitRequest, pack: Pack) {
  const { splits } = await readItemIndex(datasetDirectory, pack.count);
  const reference: Split = splits.test.length > 0 ? 'test' : 'train';
  const [training, others] = [splits.train, splits.test].map((split) => evenlySpread(split, MOST_ITEMS));
  const total = training!.length + others!.length;
  if (training!.length < components) {
    const message = `A mixture of ${components} needs as many training items; there are ${training!.length}.`;
    throw new AppError('BAD_REQUEST', message, 'Ask for fewer components.', { field: 'components' });
  }
  const vectorsOf = async (items: Uint32Array, before: number): Promise<Float32Array> => {
    const { length } = model.latent;
    const vectors = new Float32Array(items.length * length);
    let at = 0;
    const report = (done: number): void => onProgress('encoding', before + done, total);
    for await (const some of encodedVectors({ model, pack, items, signal, onProgress: report })) {
      vectors.set(some, at);
      at += some.length;
    }
    return vectors;
  };
  const vectors = await vectorsOf(training!, 0);
  const compared = reference === 'test' ? await vectorsOf(others!, training!.length) : vectors;
  const dimension = model.latent.length;
  const fitted = await fitGaussianMixture(vectors, {
    components,
    dimension,
    covariance: covarianceFor(training!.length, components, dimension),
    regularisation: regularisationFor(vectors, dimension),
    seed: SEED,
    signal,
    onIteration: (iteration, most) => onProgress('fitting', iteration, most),
  });
  const density: LatentDensity = {
    ...fitted,
    items: training!.length,
    reference,
    logDensities: (await densitiesOf(fitted.mixture, compared, signal)).sort(),
  };
  return density;
}

/** `logDensities` with pauses in between. */
async function densitiesOf(mixture: GaussianMixture, vectors: Float32Array, signal: AbortSignal) {
  const { dimension } = mixture;
  const found = new Float64Array(vectors.length / dimension);
  for (let at = 0; at < found.length; at += PIECE) {
    found.set(logDensities(mixture, vectors.subarray(at * dimension, (at + PIECE) * dimension)), at);
    await breathe(signal);
  }
  return found;
}
