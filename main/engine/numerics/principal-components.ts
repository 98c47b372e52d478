import { setImmediate } from 'node:timers/promises';
import { AppError } from '@shared/errors';
import { createProgram } from '../tensorflow/graph';
import * as ops from '../tensorflow/ops';
import { leadingEigen } from './leading-eigen';

export interface PrincipalComponents {
  /** Mean item [size], in byte units, 0 to 255. */
  mean: Float64Array;
  /**
   * Orthonormal rows [count, size], the direction of largest variance first. Each row's largest entry is positive. Rows
   * beyond the items' rank are arbitrary directions orthogonal to the others, with variance 0.
   */
  components: Float64Array;
  /** Variance of the projections on each component [count], in bytes², divided by the number of items. */
  variances: Float64Array;
  /** Variance over all directions together, in bytes². */
  totalVariance: number;
}

/** Rows of bytes, by their numbers. */
export interface ByteRows {
  readonly count: number;
  read(numbers: ArrayLike<number>): Uint8Array;
}

/**
 * Largest side of the matrix that is decomposed: the smaller of the number of items and the number of values per item.
 */
export const MOST_DIMENSIONS = 4096;

/**
 * 1024 products of integers from −128 to 127 sum to at most 2²⁴, and float32 holds integers up to there exactly, in
 * whatever order they are added. So TensorFlow's matrix product gives exact results.
 */
const EXACT = 1024;
const MIDDLE = 128;

/**
 * Principal components of all rows (Pearson 1901; Hotelling 1933): eigenvectors of the covariance [size, size], or,
 * where there are fewer items than values, eigenvectors of the items' inner products [N, N], whose eigenvalues are the
 * same (Turk and Pentland 1991).
 * @throws BAD_REQUEST where both are larger than `MOST_DIMENSIONS`, or where there are fewer components than wanted
 */
export async function principalComponents(rows: ByteRows, size: number, count: number): Promise<PrincipalComponents> {
  requireComponents(rows.count, size, count);
  return rows.count < size ? fromItems(rows, size, count) : fromCovariance(rows, size, count);
}

/** @throws BAD_REQUEST where `items` items of `size` values have no `count` components, or are too many to find them */
export function requireComponents(items: number, size: number, count: number): void {
  const smaller = Math.min(items, size);
  if (smaller > MOST_DIMENSIONS) {
    throw new AppError(
      'BAD_REQUEST',
      `PCA takes items of up to ${MOST_DIMENSIONS} values, or up to ${MOST_DIMENSIONS} items; these are ${items} of ${size}.`,
      'Import the dataset at a smaller size, such as 32 × 32 px, or train an autoencoder instead.',
      { field: 'model.kind' },
    );
  }
  if (count > Math.min(items - 1, size)) {
    throw new AppError(
      'BAD_REQUEST',
      `${items} items of ${size} values have no ${count} components.`,
      `Ask for ${Math.max(1, Math.min(items - 1, size))} at most.`,
      { field: 'model.latent' },
    );
  }
}

async function fromCovariance(rows: ByteRows, size: number, count: number): Promise<PrincipalComponents> {
  const length = Math.min(EXACT, rows.count);
  const program = createProgram();
  const feeds = { items: { shape: [length, size], dtype: 'float32' } } as const;
  const multiply = program.define('products', { feeds }, ({ items }) => ({
    products: ops.matMul(items, items, { transposeA: true }),
  }));
  const products = new Float64Array(size * size);
  const sums = new Float64Array(size);
  const items = new Float32Array(length * size);
  try {
    for (let at = 0; at < rows.count; at += length) {
      const some = await readCentred(rows, at, Math.min(length, rows.count - at), items.fill(0), size);
      for (let each = 0; each < some * size; each++) sums[each % size]! += items[each]!;
      const { data } = multiply.run({ items }).products;
      for (let each = 0; each < products.length; each++) products[each]! += data[each]!;
      await setImmediate();
    }
  } finally {
    program.dispose();
  }
  const mean = sums.map((sum) => sum / rows.count);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      products[row * size + column] = products[row * size + column]! / rows.count - mean[row]! * mean[column]!;
  const { values, vectors } = await leadingEigen(products, size, count);
  return finish(mean, vectors, values, trace(products, size));
}

async function fromItems(rows: ByteRows, size: number, count: number): Promise<PrincipalComponents> {
  const { count: items } = rows;
  const all = new Float32Array(items * size);
  for (let at = 0; at < items; at += EXACT)
    await readCentred(rows, at, Math.min(EXACT, items - at), all.subarray(at * size), size);
  const mean = new Float64Array(size);
  for (let each = 0; each < all.length; each++) mean[each % size]! += all[each]! / items;
  const products = await innerProducts(all, items, size);
  centreBothWays(products, items);
  const { values, vectors } = await leadingEigen(products, items, count);
  // An item's entry is the weight of the centred item in the component.
  const components = new Float64Array(count * size);
  const rank = rankOf(values, items);
  values.fill(0, rank);
  for (let component = 0; component < rank; component++) {
    const out = components.subarray(component * size, (component + 1) * size);
    for (let item = 0; item < items; item++) {
      const share = vectors[component * items + item]!;
      for (let value = 0; value < size; value++) out[value]! += share * (all[item * size + value]! - mean[value]!);
    }
    await setImmediate();
  }
  orthonormalise(components, size, rank);
  return finish(
    mean,
    components,
    values.map((value) => value / items),
    trace(products, items) / items,
  );
}

/** x xᵀ over all items [items, items], exact. */
async function innerProducts(all: Float32Array, items: number, size: number): Promise<Float64Array> {
  const program = createProgram();
  const width = Math.min(EXACT, size);
  const feeds = { part: { shape: [items, width], dtype: 'float32' } } as const;
  const multiply = program.define('products', { feeds }, ({ part }) => ({
    products: ops.matMul(part, part, { transposeB: true }),
  }));
  const products = new Float64Array(items * items);
  const part = new Float32Array(items * width);
  try {
    for (let first = 0; first < size; first += width) {
      part.fill(0);
      for (let item = 0; item < items; item++) {
        const last = item * size + Math.min(size, first + width);
        part.set(all.subarray(item * size + first, last), item * width);
      }
      const { data } = multiply.run({ part }).products;
      for (let each = 0; each < products.length; each++) products[each]! += data[each]!;
      await setImmediate();
    }
  } finally {
    program.dispose();
  }
  return products;
}

/** Turns inner products of items into inner products of the centred items. */
function centreBothWays(products: Float64Array, n: number): void {
  const means = Float64Array.from({ length: n }, (_, row) => {
    let sum = 0;
    for (let column = 0; column < n; column++) sum += products[row * n + column]!;
    return sum / n;
  });
  const whole = means.reduce((sum, mean) => sum + mean, 0) / n;
  for (let row = 0; row < n; row++)
    for (let column = 0; column < n; column++) products[row * n + column]! += whole - means[row]! - means[column]!;
}

/** Fills rows as integers from −128 to 127; returns the number of rows. */
async function readCentred(
  rows: ByteRows,
  from: number,
  count: number,
  out: Float32Array,
  size: number,
): Promise<number> {
  for (let at = 0; at < count; at += 256) {
    const some = Math.min(256, count - at);
    const bytes = rows.read(Array.from({ length: some }, (_, each) => from + at + each));
    for (let each = 0; each < some * size; each++) out[at * size + each] = bytes[each]! - MIDDLE;
    await setImmediate();
  }
  return count;
}

/** The number of eigenvalues that are larger than the rounding error of a zero. */
function rankOf(values: Float64Array, items: number): number {
  const smallest = values[0]! * items * Number.EPSILON * 16;
  const rank = values.findIndex((value) => !(value > smallest));
  return rank < 0 ? values.length : rank;
}

/**
 * Modified Gram–Schmidt, row after row, twice (Parlett 1980, section 6.9). Rows from `rank` on are filled with
 * directions of no variance, orthogonal to the rows before them, so that the rows span the items whatever the rank.
 */
function orthonormalise(rows: Float64Array, size: number, rank: number): void {
  const row = (at: number) => rows.subarray(at * size, (at + 1) * size);
  /** Subtracts from row `at` its part along the rows before; returns the remaining length. */
  const remainderOf = (at: number): number => {
    const own = row(at);
    for (let time = 0; time < 2; time++) {
      for (let before = 0; before < at; before++) {
        const other = row(before);
        const share = own.reduce((sum, value, each) => sum + value * other[each]!, 0);
        for (let each = 0; each < size; each++) own[each]! -= share * other[each]!;
      }
    }
    return Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
  };
  let axis = 0;
  for (let at = 0; at * size < rows.length; at++) {
    let length = at < rank ? remainderOf(at) : 0;
    // Among any count + 1 axes, at least one lies this far outside the span of `count` rows.
    while (at >= rank && length < 0.5 / Math.sqrt(size)) {
      row(at).fill(0)[axis++ % size] = 1;
      length = remainderOf(at);
    }
    const own = row(at);
    for (let each = 0; each < size; each++) own[each]! /= length;
  }
}

function finish(
  centredMean: Float64Array,
  components: Float64Array,
  values: Float64Array,
  totalVariance: number,
): PrincipalComponents {
  const size = centredMean.length;
  for (let first = 0; first < components.length; first += size) {
    const row = components.subarray(first, first + size);
    const largest = row.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    if (largest < 0) for (let each = 0; each < size; each++) row[each]! *= -1;
  }
  const variances = values.map((value) => Math.max(0, value));
  return { mean: centredMean.map((value) => value + MIDDLE), components, variances, totalVariance };
}

function trace(matrix: Float64Array, n: number): number {
  let sum = 0;
  for (let at = 0; at < n; at++) sum += matrix[at * n + at]!;
  return sum;
}
