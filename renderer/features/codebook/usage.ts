/** What counts of use say of a codebook. Natural logarithms; definitions in the manual, page “Metrics”. */
export interface UsageSummary {
  /** exp(−Σ pₖ ln pₖ): how many codes, used evenly, would carry as much. */
  perplexity: number;
  /** Share of codes used at least once, 0 to 1. */
  usage: number;
  deadCodes: number;
  /** How often the most used code is chosen, 0 to 1. */
  largestShare: number;
  /** Entropy in bits: what a code costs at the least. */
  bits: number;
}

export function summarizeUsage(counts: ArrayLike<number>): UsageSummary {
  let total = 0;
  let largest = 0;
  let dead = 0;
  for (let code = 0; code < counts.length; code++) {
    const count = counts[code]!;
    total += count;
    largest = Math.max(largest, count);
    if (count === 0) dead++;
  }
  let entropy = 0;
  for (let code = 0; code < counts.length; code++) {
    const share = counts[code]! / Math.max(1, total);
    if (share > 0) entropy -= share * Math.log(share);
  }
  return {
    perplexity: total === 0 ? 0 : Math.exp(entropy),
    usage: counts.length === 0 ? 0 : 1 - dead / counts.length,
    deadCodes: dead,
    largestShare: total === 0 ? 0 : largest / total,
    bits: entropy / Math.LN2,
  };
}

/**
 * Brightness of counts from 0 to 1 on a logarithmic scale, since use falls off steeply from code to code: 0 is the least
 * used (but used), 1 the most used; NaN stands for a dead code, which is drawn otherwise. Where all are used alike, all are 1.
 */
export function heat(counts: ArrayLike<number>): Float32Array {
  const most = Math.log(maximum(counts));
  let least = most;
  for (let code = 0; code < counts.length; code++)
    if (counts[code]! > 0) least = Math.min(least, Math.log(counts[code]!));
  return Float32Array.from({ length: counts.length }, (_, code) => {
    const count = counts[code]!;
    if (count === 0) return NaN;
    return most === least ? 1 : (Math.log(count) - least) / (most - least);
  });
}

export function maximum(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]!);
  return most;
}

/** Shares of the cells of the code grid at which a code stands, of its own most frequent cell: 0 to 1, row by row. */
export function positionHeat(positions: Uint32Array, code: number, cells: number): Float32Array {
  const own = positions.subarray(code * cells, (code + 1) * cells);
  const most = Math.max(1, maximum(own));
  return Float32Array.from(own, (count) => count / most);
}
