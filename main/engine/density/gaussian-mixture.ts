import { AppError } from '@shared/errors';
import { cholesky, forwardSubstitute, inverseOfLower } from '../numerics/cholesky';
import { nearestClusters } from './clusters';
import { PIECE, pause } from './pause';
import { choose, generator, normal } from '../numerics/random';

/** p(z) = Σ πₖ N(z; μₖ, Σₖ) over vectors of length `dimension`. */
export interface GaussianMixture {
  readonly components: number;
  readonly dimension: number;
  /** `diagonal`: the components' variances; `full`: their whole covariances. */
  readonly covariance: 'diagonal' | 'full';
  /** πₖ, which sum to 1: [K]. */
  readonly weights: Float64Array;
  /** [K, D] */
  readonly means: Float64Array;
  /** Variances [K, D], or covariances [K, D, D]. */
  readonly covariances: Float64Array;
}

export interface FitOptions {
  components: number;
  dimension: number;
  covariance: GaussianMixture['covariance'];
  seed: number;
  /** Rounds of EM at most. */
  iterations?: number;
  /** EM ends when the mean log-likelihood of a vector grows by less, nats. */
  tolerance?: number;
  /** Added to every variance, so that no component shrinks to a point: scikit-learn's default. */
  regularisation?: number;
  /** What EM begins from in place of k-means. */
  first?: GaussianMixture;
  signal?: AbortSignal;
  /** Told after each round, of `iterations` at most. */
  onIteration?(iteration: number, iterations: number): void;
}

export interface FittedMixture {
  mixture: GaussianMixture;
  /** Mean of log p(z) over the vectors, of the mixture before the last round: nats. */
  logLikelihood: number;
  iterations: number;
  hasConverged: boolean;
}

const LOG_2_PI = Math.log(2 * Math.PI);

/**
 * Fits a mixture of Gaussians to vectors [M, D] by expectation maximisation (Dempster, Laird and Rubin 1977), from the clusters of
 * k-means with k-means++ seeds, in double precision. A function of vectors and seed alone. Takes M · K · D² a round, of diagonal
 * covariances M · K · D.
 * @throws BAD_REQUEST for fewer vectors than components; CANCELLED
 */
export async function fitGaussianMixture(vectors: Float32Array, options: FitOptions): Promise<FittedMixture> {
  const { components, dimension, iterations = 100, tolerance = 1e-3, regularisation = 1e-6, signal } = options;
  const count = vectors.length / dimension;
  if (count < components) {
    throw new AppError('BAD_REQUEST', `${count} vectors are too few for ${components} components.`, '', {
      field: 'components',
    });
  }
  let mixture = options.first ?? (await fromClusters(vectors, options, regularisation));
  let before = -Infinity;
  for (let iteration = 1; ; iteration++) {
    const { responsibilities, logLikelihood } = await expect(mixture, vectors, signal);
    mixture = await maximise(mixture, vectors, responsibilities, regularisation, signal);
    options.onIteration?.(iteration, iterations);
    const hasConverged = Math.abs(logLikelihood - before) < tolerance;
    if (hasConverged || iteration === iterations)
      return { mixture, logLikelihood, iterations: iteration, hasConverged };
    before = logLikelihood;
  }
}

/** The Gaussian of largest likelihood, as a mixture of one: mean and covariance of vectors [M, D]. Throws CANCELLED. */
export function fitGaussian(
  vectors: Float32Array,
  options: Pick<FitOptions, 'dimension' | 'covariance' | 'regularisation' | 'signal'>,
): Promise<GaussianMixture> {
  const { dimension, covariance, regularisation = 1e-6, signal } = options;
  const all = new Float64Array(vectors.length / dimension).fill(1);
  return maximise({ components: 1, dimension, covariance }, vectors, all, regularisation, signal);
}

/**
 * The square roots of a mixture's covariances: of full ones the lower triangles L [K, D, D] with L Lᵀ = Σ, and L⁻¹; of diagonal ones
 * deviations [K, D]. Throws BAD_REQUEST for a covariance that is singular.
 */
export function factorsOf(mixture: GaussianMixture): { factors: Float64Array; inverses: Float64Array | null } {
  const { components, dimension, covariance } = mixture;
  const each = Array.from({ length: components }, (_, k) => factorOf(mixture, k));
  const joined = (parts: readonly Float64Array[]): Float64Array => {
    const size = parts[0]?.length ?? 0;
    const all = new Float64Array(parts.length * size);
    parts.forEach((part, at) => all.set(part, at * size));
    return all;
  };
  if (covariance === 'diagonal') return { factors: joined(each), inverses: null };
  return { factors: joined(each), inverses: joined(each.map((lower) => inverseOfLower(lower, dimension))) };
}

/** log p(z) of each vector [M, D]: [M], nats. */
export function logDensities(mixture: GaussianMixture, vectors: Float32Array): Float64Array {
  const { components, dimension } = mixture;
  const joint = jointDensity(mixture);
  const logs = new Float64Array(components);
  return Float64Array.from({ length: vectors.length / dimension }, (_, at) =>
    joint(vectors.subarray(at * dimension, (at + 1) * dimension), logs),
  );
}

/** `count` draws: [count, D]. The same seed draws the same. */
export function sampleMixture(mixture: GaussianMixture, count: number, seed: number): Float32Array {
  const { components, dimension, weights, means } = mixture;
  const random = generator(seed);
  const factors = Array.from({ length: components }, (_, k) => factorOf(mixture, k));
  const out = new Float32Array(count * dimension);
  const noise = new Float64Array(dimension);
  for (let at = 0; at < count; at++) {
    const component = choose(weights, random());
    for (let each = 0; each < dimension; each++) noise[each] = normal(random);
    for (let row = 0; row < dimension; row++) {
      let value = means[component * dimension + row]!;
      const factor = factors[component]!;
      if (mixture.covariance === 'diagonal') value += factor[row]! * noise[row]!;
      else for (let each = 0; each <= row; each++) value += factor[row * dimension + each]! * noise[each]!;
      out[at * dimension + row] = value;
    }
  }
  return out;
}

/** E step: what share each component has in each vector, [M, K]. */
async function expect(mixture: GaussianMixture, vectors: Float32Array, signal: AbortSignal | undefined) {
  const { components, dimension } = mixture;
  const count = vectors.length / dimension;
  const joint = jointDensity(mixture);
  const responsibilities = new Float64Array(count * components);
  let total = 0;
  for (let at = 0; at < count; at++) {
    if (at % PIECE === 0) await pause(signal);
    const logs = responsibilities.subarray(at * components, (at + 1) * components);
    const logDensity = joint(vectors.subarray(at * dimension, (at + 1) * dimension), logs);
    for (let k = 0; k < components; k++) logs[k] = Math.exp(logs[k]! - logDensity);
    total += logDensity;
  }
  return { responsibilities, logLikelihood: total / count };
}

/** M step: the mixture that fits the shares best. */
async function maximise(
  { components, dimension, covariance }: Pick<GaussianMixture, 'components' | 'dimension' | 'covariance'>,
  vectors: Float32Array,
  responsibilities: Float64Array,
  regularisation: number,
  signal: AbortSignal | undefined,
): Promise<GaussianMixture> {
  const count = vectors.length / dimension;
  // Ten times the spacing of numbers at 1, as in scikit-learn: a component that nothing belongs to divides by that.
  const shares = new Float64Array(components).fill(10 * Number.EPSILON);
  const means = new Float64Array(components * dimension);
  for (let at = 0; at < count; at++) {
    for (let k = 0; k < components; k++) {
      const share = responsibilities[at * components + k]!;
      shares[k]! += share;
      for (let i = 0; i < dimension; i++) means[k * dimension + i]! += share * vectors[at * dimension + i]!;
    }
  }
  for (let each = 0; each < means.length; each++) means[each]! /= shares[Math.floor(each / dimension)]!;
  const size = covariance === 'diagonal' ? dimension : dimension ** 2;
  const covariances = new Float64Array(components * size);
  const off = new Float64Array(dimension);
  for (let at = 0; at < count; at++) {
    if (at % PIECE === 0) await pause(signal);
    for (let k = 0; k < components; k++) {
      const share = responsibilities[at * components + k]! / shares[k]!;
      if (share === 0) continue;
      for (let i = 0; i < dimension; i++) off[i] = vectors[at * dimension + i]! - means[k * dimension + i]!;
      const own = covariances.subarray(k * size, (k + 1) * size);
      if (covariance === 'diagonal') for (let i = 0; i < dimension; i++) own[i]! += share * off[i]! ** 2;
      else
        for (let i = 0; i < dimension; i++)
          for (let j = 0; j <= i; j++) own[i * dimension + j]! += share * off[i]! * off[j]!;
    }
  }
  for (let k = 0; k < components; k++) {
    const own = covariances.subarray(k * size, (k + 1) * size);
    for (let i = 0; i < dimension; i++) {
      own[covariance === 'diagonal' ? i : i * dimension + i]! += regularisation;
      if (covariance === 'full') for (let j = 0; j < i; j++) own[j * dimension + i] = own[i * dimension + j]!;
    }
  }
  const total = shares.reduce((sum, share) => sum + share, 0);
  return { components, dimension, covariance, weights: shares.map((share) => share / total), means, covariances };
}

/** What EM begins from: the clusters of k-means, each vector in its nearest. */
async function fromClusters(
  vectors: Float32Array,
  { components, dimension, covariance, seed, signal }: FitOptions,
  regularisation: number,
): Promise<GaussianMixture> {
  const nearest = await nearestClusters(vectors, { clusters: components, dimension, seed, signal });
  const responsibilities = new Float64Array(nearest.length * components);
  nearest.forEach((cluster, at) => (responsibilities[at * components + cluster] = 1));
  return maximise({ components, dimension, covariance }, vectors, responsibilities, regularisation, signal);
}

/** Writes log πₖ N(z; μₖ, Σₖ) of a vector into `logs` [K] and returns log p(z). */
function jointDensity(mixture: GaussianMixture) {
  const { components, dimension, covariance, weights, means } = mixture;
  const factors = Array.from({ length: components }, (_, k) => factorOf(mixture, k));
  const constants = factors.map((factor, k) => {
    let logDeterminant = 0;
    for (let i = 0; i < dimension; i++)
      logDeterminant += Math.log(factor[covariance === 'diagonal' ? i : i * dimension + i]!);
    return Math.log(weights[k]!) - logDeterminant - (dimension * LOG_2_PI) / 2;
  });
  const off = new Float64Array(dimension);
  return (vector: Float32Array, logs: Float64Array): number => {
    let largest = -Infinity;
    for (let k = 0; k < components; k++) {
      for (let i = 0; i < dimension; i++) off[i] = vector[i]! - means[k * dimension + i]!;
      const factor = factors[k]!;
      if (covariance === 'full') forwardSubstitute(factor, off);
      else for (let i = 0; i < dimension; i++) off[i]! /= factor[i]!;
      let squares = 0;
      for (let i = 0; i < dimension; i++) squares += off[i]! ** 2;
      logs[k] = constants[k]! - squares / 2;
      largest = Math.max(largest, logs[k]!);
    }
    let sum = 0;
    for (let k = 0; k < components; k++) sum += Math.exp(logs[k]! - largest);
    return largest + Math.log(sum);
  };
}

/** Square root of a component's covariance: deviations [D], or the lower triangle [D, D]. */
function factorOf({ dimension, covariance, covariances }: GaussianMixture, component: number): Float64Array {
  const size = covariance === 'diagonal' ? dimension : dimension ** 2;
  const own = covariances.subarray(component * size, (component + 1) * size);
  if (covariance === 'diagonal') return own.map(Math.sqrt);
  const lower = cholesky(own, dimension);
  if (!lower) {
    throw new AppError(
      'BAD_REQUEST',
      `The covariance of component ${component + 1} is singular.`,
      'Ask for fewer components, or diagonal covariances.',
    );
  }
  return lower;
}
