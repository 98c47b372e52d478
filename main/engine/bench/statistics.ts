/** One figure as `tessera bench --json` prints it. */
export interface BenchLine {
  bench: string;
  value: number;
  unit: string;
  /** What the figure is compared with, in words. */
  baseline: string;
  /** Above 1 where Tessera is better. */
  ratio: number;
  /** The median and its ratio: the typical case where `value` is a best value or a percentile. */
  median: number;
  medianRatio: number;
  /** Half the distance between the quartiles of `value`, in `unit`. */
  spread: number;
  /** The ratio of both sides' best values, which other work on the machine disturbs least. */
  bestRatio: number;
}

/** The `q` quantile (0 to 1) of the values, interpolated linearly between the two nearest ones. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const [below, above] = [sorted[Math.floor(at)] ?? NaN, sorted[Math.ceil(at)] ?? NaN];
  return below + (above - below) * (at - Math.floor(at));
}

export interface Comparison {
  bench: string;
  unit: string;
  baseline: string;
  /** Which way is better. */
  better: 'less' | 'more';
  ours: readonly number[];
  theirs: readonly number[];
  /** The quantile that is the figure; the median if left out. */
  at?: number;
}

/** Two samples, or one sample and a bar, as one line. */
export function compare({ bench, unit, baseline, better, ours, theirs, at = 0.5 }: Comparison): BenchLine {
  const ratioOf = (mine: number, other: number) => (better === 'less' ? other / mine : mine / other);
  const value = quantile(ours, at);
  const against = quantile(theirs, at);
  const median = quantile(ours, 0.5);
  const best = (values: readonly number[]) => (better === 'less' ? Math.min(...values) : Math.max(...values));
  return {
    bench,
    value: rounded(value),
    unit,
    baseline: `${baseline} (${rounded(against)} ${unit})`,
    ratio: rounded(ratioOf(value, against)),
    median: rounded(median),
    medianRatio: rounded(ratioOf(median, quantile(theirs, 0.5))),
    spread: rounded((quantile(ours, 0.75) - quantile(ours, 0.25)) / 2),
    bestRatio: rounded(ratioOf(best(ours), best(theirs))),
  };
}

const rounded = (value: number): number => Number(value.toPrecision(4));
