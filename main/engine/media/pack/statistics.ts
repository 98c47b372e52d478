/** Mean and variance of pixels in [0,1], gathered item by item, exact however many there are. */
export interface PixelStatistics {
  /** Adds one item, `[H,W,C]` bytes. */
  add(pixels: Uint8Array): void;
  /** Adds what another one gathered. */
  merge(other: PixelStatistics): void;
  /** Times each value of 0…255 occurred in each channel: `[C,256]`. */
  readonly histogram: Float64Array;
  /** By channel. */
  mean(): number[];
  variance(): number[];
  /** Over all channels together, as `numpy.var(images / 255)`: the divisor of NMSE. */
  pooledVariance(): number;
}

const VALUES = 256;

/** Counts values instead of summing them: integers don't round. */
export function createPixelStatistics(channels: number): PixelStatistics {
  const histogram = new Float64Array(channels * VALUES);
  const counts = new Uint32Array(channels * VALUES); // small and fast; emptied into the histogram before it could overflow
  let counted = 0;

  const settle = (): void => {
    for (let i = 0; i < counts.length; i++) histogram[i]! += counts[i]!;
    counts.fill(0);
    counted = 0;
  };
  const channel = (c: number): Float64Array => {
    settle();
    return histogram.subarray(c * VALUES, (c + 1) * VALUES);
  };
  const each = <T>(read: (counts: Float64Array) => T): T[] =>
    Array.from({ length: channels }, (_, c) => read(channel(c)));

  return {
    histogram,
    add(pixels) {
      if (counted + pixels.length > 2 ** 31) settle();
      counted += pixels.length;
      for (let c = 0; c < channels; c++) {
        const base = c * VALUES;
        for (let i = c; i < pixels.length; i += channels) counts[base + pixels[i]!]! += 1;
      }
    },
    merge(other) {
      settle();
      other.mean(); // settles
      for (let i = 0; i < histogram.length; i++) histogram[i]! += other.histogram[i]!;
    },
    mean: () => each((values) => moments(values).mean),
    variance: () => each((values) => moments(values).variance),
    pooledVariance() {
      const pooled = new Float64Array(VALUES);
      for (let c = 0; c < channels; c++) channel(c).forEach((count, value) => (pooled[value]! += count));
      return moments(pooled).variance;
    },
  };
}

/** Mean and variance (of the population) of values 0…255 over 255, given how often each occurred; 0 for none at all. */
function moments(counts: Float64Array): { mean: number; variance: number } {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return { mean: 0, variance: 0 };
  const mean = counts.reduce((sum, count, value) => sum + count * (value / 255), 0) / total;
  const variance = counts.reduce((sum, count, value) => sum + count * (value / 255 - mean) ** 2, 0) / total;
  return { mean, variance };
}
