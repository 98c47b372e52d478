import type { FeatureSet, Pause } from './feature-set';

/** What is asked of the pairs of two sets of features. */
export interface SetComparison {
  /**
   * Kernel distance (Bińkowski et al. 2018): the unbiased estimate of the squared maximum mean discrepancy with the
   * kernel (x·y/size + 1)³, over all pairs. Around 0 for sets alike, also slightly below.
   */
  kernelDistance: number;
  /** For each k asked for, in its order. */
  neighbours: Neighbours[];
}

/**
 * How far two sets cover each other, with balls around each item that reach to its k-th nearest of its own set, borders
 * left out (prdc 0.2). Each 0 to 1, but density.
 */
export interface Neighbours {
  k: number;
  /** Share of the others that lie in some ball around the real ones (Kynkäänniemi et al. 2019). */
  precision: number;
  /** Share of the real ones that lie in some ball around the others. */
  recall: number;
  /** In how many of k balls around the real ones the others lie, on average (Naeem et al. 2020). */
  density: number;
  /** Share of the real ones in whose ball some other lies. */
  coverage: number;
}

/** Pairs after which other work has its turn. */
const PIECE = 100_000;

/**
 * Compares two sets of features pair by pair: `real`, and `other`, which imitates it. Both have more items than the
 * largest `k`, and at least two. Takes 2 · count² · size multiplications.
 */
export async function compareSets(
  real: FeatureSet,
  other: FeatureSet,
  ks: readonly number[],
  pause: Pause = () => Promise.resolve(),
): Promise<SetComparison> {
  const most = Math.max(0, ...ks);
  const ofReal = await lookWithin(real, most, pause);
  const ofOther = await lookWithin(other, most, pause);
  const counts = ks.map((k) => ({
    k,
    inReal: new Uint32Array(other.count),
    realIn: new Uint8Array(real.count),
    covered: new Uint8Array(real.count),
  }));
  let between = 0;
  await eachPair(real, other, pause, (row, column, product, distance) => {
    between += kernel(product, real.size);
    for (const { k, inReal, realIn, covered } of counts) {
      if (distance < ofReal.nearest[row * most + k - 1]!) {
        inReal[column] = inReal[column]! + 1;
        covered[row] = 1;
      }
      if (distance < ofOther.nearest[column * most + k - 1]!) realIn[row] = 1;
    }
  });
  return {
    kernelDistance:
      ofReal.kernel / (real.count * (real.count - 1)) +
      ofOther.kernel / (other.count * (other.count - 1)) -
      (2 * between) / (real.count * other.count),
    neighbours: counts.map(({ k, inReal, realIn, covered }) => ({
      k,
      precision: inReal.reduce((sum, balls) => sum + (balls > 0 ? 1 : 0), 0) / other.count,
      recall: total(realIn) / real.count,
      density: total(inReal) / k / other.count,
      coverage: total(covered) / real.count,
    })),
  };
}

/**
 * Within one set: the sum of the kernel over all ordered pairs, and of each item the squared distances of its nearest,
 * ascending.
 */
async function lookWithin(set: FeatureSet, most: number, pause: Pause) {
  const nearest = new Float64Array(set.count * most).fill(Infinity);
  let sum = 0;
  await eachPair(set, set, pause, (row, column, product, distance) => {
    if (row === column) return;
    sum += kernel(product, set.size);
    // insertion into the few nearest so far
    let place = row * most + most;
    for (; place > row * most && nearest[place - 1]! > distance; place--)
      if (place < row * most + most) nearest[place] = nearest[place - 1]!;
    if (place < row * most + most) nearest[place] = distance;
  });
  return { kernel: sum, nearest };
}

function kernel(product: number, size: number): number {
  return (product / size + 1) ** 3;
}

/** Calls back with the inner product and the squared distance of every pair, row by row. */
async function eachPair(
  rows: FeatureSet,
  columns: FeatureSet,
  pause: Pause,
  each: (row: number, column: number, product: number, distance: number) => void,
): Promise<void> {
  const { size } = rows;
  const [rowNorms, columnNorms] = [squaredLengths(rows), squaredLengths(columns)];
  let since = 0;
  for (let row = 0; row < rows.count; row++) {
    for (let column = 0; column < columns.count; column++) {
      const product = innerProduct(rows.values, row * size, columns.values, column * size, size);
      each(row, column, product, Math.max(0, rowNorms[row]! + columnNorms[column]! - 2 * product));
    }
    since += columns.count;
    if (since < PIECE) continue;
    since = 0;
    await pause();
  }
}

function squaredLengths({ count, size, values }: FeatureSet): Float64Array {
  return Float64Array.from({ length: count }, (_, item) =>
    innerProduct(values, item * size, values, item * size, size),
  );
}

function innerProduct(a: Float32Array, from: number, b: Float32Array, start: number, size: number): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  const whole = size - (size % 4);
  for (let at = 0; at < whole; at += 4) {
    first += a[from + at]! * b[start + at]!;
    second += a[from + at + 1]! * b[start + at + 1]!;
    third += a[from + at + 2]! * b[start + at + 2]!;
    fourth += a[from + at + 3]! * b[start + at + 3]!;
  }
  for (let at = whole; at < size; at++) first += a[from + at]! * b[start + at]!;
  return first + second + third + fourth;
}

function total(values: Uint8Array | Uint32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
