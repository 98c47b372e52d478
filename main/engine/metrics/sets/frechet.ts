import type { FeatureSet } from './feature-set';
import { symmetricEigen } from '../../numerics/symmetric-eigen';

/**
 * Fréchet distance between two sets of features, each taken as a normal distribution (Heusel et al. 2017, equation 6):
 *
 *   |μ − μ′|² + Tr(Σ + Σ′ − 2 (Σ Σ′)^½)
 *
 * with covariances over n − 1 (`numpy.cov`), as pytorch-fid computes it. The trace of (Σ Σ′)^½ is that of the symmetric
 * (Σ^½ Σ′ Σ^½)^½, so it is real and no ε is needed where a covariance is singular. Both sets have at least two items.
 */
export function frechetDistance(a: FeatureSet, b: FeatureSet): number {
  const [first, second] = [moments(a), moments(b)];
  const n = a.size;
  let means = 0;
  for (let each = 0; each < n; each++) means += (first.mean[each]! - second.mean[each]!) ** 2;
  const root = squareRoot(first.covariance, n);
  const product = multiply(multiply(root, second.covariance, n), root, n);
  const { values } = symmetricEigen(symmetrised(product, n), n);
  const shared = values.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
  return means + trace(first.covariance, n) + trace(second.covariance, n) - 2 * shared;
}

/** Mean [size] and covariance [size, size]. */
function moments({ count, size, values }: FeatureSet) {
  const mean = new Float64Array(size);
  for (let item = 0; item < count; item++)
    for (let each = 0; each < size; each++) mean[each] = mean[each]! + values[item * size + each]! / count;
  const covariance = new Float64Array(size * size);
  const centred = new Float64Array(size);
  for (let item = 0; item < count; item++) {
    for (let each = 0; each < size; each++) centred[each] = values[item * size + each]! - mean[each]!;
    for (let row = 0; row < size; row++) {
      const factor = centred[row]! / (count - 1);
      for (let column = row; column < size; column++)
        covariance[row * size + column] = covariance[row * size + column]! + factor * centred[column]!;
    }
  }
  for (let row = 0; row < size; row++)
    for (let column = 0; column < row; column++) covariance[row * size + column] = covariance[column * size + row]!;
  return { mean, covariance };
}

/** The square root of a symmetric matrix whose eigenvalues are negative only by rounding. */
function squareRoot(matrix: Float64Array, n: number): Float64Array {
  const { values, vectors } = symmetricEigen(matrix, n);
  const scaled = vectors.map((value, at) => value * Math.sqrt(Math.max(0, values[at % n]!)));
  return multiply(scaled, transposed(vectors, n), n);
}

function multiply(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const product = new Float64Array(n * n);
  for (let row = 0; row < n; row++)
    for (let inner = 0; inner < n; inner++) {
      const factor = a[row * n + inner]!;
      for (let column = 0; column < n; column++)
        product[row * n + column] = product[row * n + column]! + factor * b[inner * n + column]!;
    }
  return product;
}

function transposed(matrix: Float64Array, n: number): Float64Array {
  return matrix.map((_, at) => matrix[(at % n) * n + Math.floor(at / n)]!);
}

function symmetrised(matrix: Float64Array, n: number): Float64Array {
  const turned = transposed(matrix, n);
  return matrix.map((value, at) => (value + turned[at]!) / 2);
}

function trace(matrix: Float64Array, n: number): number {
  let sum = 0;
  for (let each = 0; each < n; each++) sum += matrix[each * n + each]!;
  return sum;
}
