import { type ItemArray, type Signal, channelsOf, dtypeOf, mediumOf } from '@shared/specs/media';

/** Mean and variance of the values of items, 0 to 1 over the medium's range, gathered item by item. */
export interface ItemStatistics {
  /** Adds one item, [...shape]. */
  add(item: ItemArray): void;
  /** Adds what another one of the same signal gathered. */
  merge(other: ItemStatistics): void;
  /**
   * What is summed up over the items: of bytes the times that each value occurred in each channel, [C,256]; of other types
   * the number of values, their sum and the sum of their squares, [C,3].
   */
  totals(): Float64Array;
  /** By channel. */
  mean(): number[];
  variance(): number[];
  /** Over all channels together, as `numpy.var(images / 255)`: the divisor of NMSE. */
  pooledVariance(): number;
}

interface Moments {
  mean: number;
  variance: number;
}

/** What a way of summing up does: items into totals, and the totals of one or several channels into moments. */
interface Summing {
  totals(): Float64Array;
  add(item: ItemArray): void;
  moments(ofChannels: readonly Float64Array[]): Moments;
}

/** Statistics of a signal's items: exact, however many there are, where the values are bytes. */
export function createStatistics(signal: Signal): ItemStatistics {
  const channels = channelsOf(signal);
  const { totals, add, moments } = dtypeOf(signal) === 'u8' ? countValues(channels) : sumValues(signal, channels);
  const each = (): Float64Array[] => {
    const all = totals();
    const size = all.length / channels;
    return Array.from({ length: channels }, (_, c) => all.subarray(c * size, (c + 1) * size));
  };
  return {
    add,
    totals,
    merge(other) {
      const [own, others] = [totals(), other.totals()];
      for (let i = 0; i < own.length; i++) own[i]! += others[i]!;
    },
    mean: () => each().map((one) => moments([one]).mean),
    variance: () => each().map((one) => moments([one]).variance),
    pooledVariance: () => moments(each()).variance,
  };
}

const VALUES = 256;

/** Counts bytes instead of summing them: integers don't round. */
function countValues(channels: number): Summing {
  const histogram = new Float64Array(channels * VALUES);
  const counts = new Uint32Array(channels * VALUES); // small and fast; emptied into the histogram before it could overflow
  let counted = 0;

  const settle = (): void => {
    for (let i = 0; i < counts.length; i++) histogram[i]! += counts[i]!;
    counts.fill(0);
    counted = 0;
  };
  return {
    totals() {
      settle();
      return histogram;
    },
    add(item) {
      if (counted + item.length > 2 ** 31) settle();
      counted += item.length;
      for (let c = 0; c < channels; c++) {
        const base = c * VALUES;
        for (let i = c; i < item.length; i += channels) counts[base + item[i]!]! += 1;
      }
    },
    moments(ofChannels) {
      const pooled = new Float64Array(VALUES);
      for (const one of ofChannels) one.forEach((count, value) => (pooled[value]! += count));
      const total = pooled.reduce((sum, count) => sum + count, 0);
      if (total === 0) return { mean: 0, variance: 0 };
      const mean = pooled.reduce((sum, count, value) => sum + count * (value / 255), 0) / total;
      const variance = pooled.reduce((sum, count, value) => sum + count * (value / 255 - mean) ** 2, 0) / total;
      return { mean, variance };
    },
  };
}

/** Sums numbers of any type and their squares, in double precision. */
function sumValues(signal: Signal, channels: number): Summing {
  const [low, high] = mediumOf(signal).range;
  const sums = new Float64Array(channels * 3);
  return {
    totals: () => sums,
    add(item) {
      for (let i = 0; i < item.length; i++) {
        const at = (i % channels) * 3;
        const value = (item[i]! - low) / (high - low);
        sums[at]! += 1;
        sums[at + 1]! += value;
        sums[at + 2]! += value ** 2;
      }
    },
    moments(ofChannels) {
      const [count = 0, sum = 0, squares = 0] = [0, 1, 2].map((which) =>
        ofChannels.reduce((all, one) => all + one[which]!, 0),
      );
      if (count === 0) return { mean: 0, variance: 0 };
      const mean = sum / count;
      return { mean, variance: Math.max(0, squares / count - mean ** 2) };
    },
  };
}
