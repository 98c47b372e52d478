import { setImmediate } from 'node:timers/promises';
import { AppError } from '@shared/errors';
import { symmetricEigen } from './symmetric-eigen';

export interface LeadingEigen {
  /** Eigenvalues [count], the largest first. */
  values: Float64Array;
  /** Orthonormal eigenvectors, one per row: [count, n]. */
  vectors: Float64Array;
}

/** Largest n for which the whole matrix is decomposed at once. */
const SMALL = 384;
/** An eigenpair has converged when |A v − λ v| is at most this fraction of the largest eigenvalue. */
const TOLERANCE = 1e-12;

/**
 * Finds the `count` largest eigenvalues of a symmetric positive semidefinite matrix [n, n], row by row, and their
 * eigenvectors, in double precision. Small matrices are decomposed directly; for large ones Lanczos iteration with full
 * reorthogonalisation (Lanczos 1950; Golub and Van Loan, section 10.3) finds the leading part, at n² operations per
 * step and a few steps per eigenvalue. Yields to the event loop in between.
 */
export async function leadingEigen(matrix: Float64Array, n: number, count: number): Promise<LeadingEigen> {
  if (count > n) throw new AppError('INTERNAL', `A matrix of ${n} has no ${count} eigenvalues.`);
  return n <= SMALL ? direct(matrix, n, count) : lanczos(matrix, n, count);
}

function direct(matrix: Float64Array, n: number, count: number): LeadingEigen {
  const { values, vectors } = symmetricEigen(matrix, n);
  const order = descending(values).slice(0, count);
  const rows = new Float64Array(count * n);
  order.forEach((column, row) => {
    for (let at = 0; at < n; at++) rows[row * n + at] = vectors[at * n + column]!;
  });
  return { values: Float64Array.from(order, (column) => values[column]!), vectors: rows };
}

async function lanczos(matrix: Float64Array, n: number, count: number): Promise<LeadingEigen> {
  const basis: Float64Array[] = [];
  const [diagonal, beside]: [number[], number[]] = [[], []];
  let next = startingVector(n, 0);
  let due = Math.min(n, 2 * count + 32);
  for (;;) {
    basis.push(next);
    const step = basis.length;
    const image = product(matrix, next);
    diagonal.push(dot(image, next));
    // Twice is enough (Parlett 1980, section 6.9).
    for (let time = 0; time < 2; time++) orthogonalise(image, basis);
    const length = Math.sqrt(dot(image, image));
    if (step === n || step >= due) {
      const found = ritz(diagonal, beside, length, count);
      if (step === n || found.isConverged) return combine(found, basis, n, count);
      due = Math.min(n, Math.ceil(step * 1.25));
    }
    // An invariant subspace is exhausted; go on with a direction orthogonal to it.
    const isUsedUp = length <= TOLERANCE * Math.max(...diagonal);
    next = isUsedUp ? startingVector(n, step, basis) : image.map((value) => value / length);
    beside.push(isUsedUp ? 0 : length);
    if (step % 8 === 0) await setImmediate();
  }
}

/** Eigenpairs of the tridiagonal matrix, and whether the leading ones are those of the large matrix (Paige 1971). */
function ritz(diagonal: readonly number[], beside: readonly number[], remainder: number, count: number) {
  const m = diagonal.length;
  const small = new Float64Array(m * m);
  diagonal.forEach((value, at) => {
    small[at * m + at] = value;
    if (at + 1 < m) small[at * m + at + 1] = small[(at + 1) * m + at] = beside[at]!;
  });
  const { values, vectors } = symmetricEigen(small, m);
  const order = descending(values).slice(0, count);
  const largest = Math.max(values[order[0]!]!, Number.MIN_VALUE);
  const isConverged = order.every(
    (column) => Math.abs(remainder * vectors[(m - 1) * m + column]!) <= TOLERANCE * largest,
  );
  return { m, values, vectors, order, isConverged };
}

function combine(
  { m, values, vectors, order }: ReturnType<typeof ritz>,
  basis: readonly Float64Array[],
  n: number,
  count: number,
): LeadingEigen {
  const rows = new Float64Array(count * n);
  order.forEach((column, row) => {
    const out = rows.subarray(row * n, (row + 1) * n);
    for (let each = 0; each < m; each++) addScaled(out, basis[each]!, vectors[each * m + column]!);
    const length = Math.sqrt(dot(out, out));
    for (let at = 0; at < n; at++) out[at]! /= length;
  });
  return { values: Float64Array.from(order, (column) => values[column]!), vectors: rows };
}

/** A fixed direction, independent of the data and orthogonal to all of `basis`. */
function startingVector(n: number, number: number, basis: readonly Float64Array[] = []): Float64Array {
  let state = (number + 1) * 0x9e3779b9;
  const vector = Float64Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  });
  for (let time = 0; time < 2; time++) orthogonalise(vector, basis);
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}

function orthogonalise(vector: Float64Array, basis: readonly Float64Array[]): void {
  for (const other of basis) addScaled(vector, other, -dot(vector, other));
}

function product(matrix: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length;
  return Float64Array.from({ length: n }, (_, row) => dot(matrix.subarray(row * n, (row + 1) * n), vector));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
}

function addScaled(target: Float64Array, other: Float64Array, factor: number): void {
  for (let at = 0; at < target.length; at++) target[at]! += factor * other[at]!;
}

function descending(values: Float64Array): number[] {
  return Array.from(values.keys()).sort((a, b) => values[b]! - values[a]!);
}
