import type { RangeDecoder, RangeEncoder } from './range-coder';

/** Integer frequencies of the symbols 0 … K − 1, which a range coder codes with. */
export interface Frequencies {
  /** Sum over all symbols: 1 to 2²⁸, or 0 where there are none. */
  readonly total: number;
  /** Frequency of one symbol; a symbol of frequency 0 cannot be coded. */
  of(symbol: number): number;
  /** Sum of the frequencies of all symbols before this one. */
  before(symbol: number): number;
  /** The symbol whose share [before, before + of) contains `target`, a number in [0, total). */
  symbolAt(target: number): number;
}

export function encodeSymbol(encoder: RangeEncoder, frequencies: Frequencies, symbol: number): void {
  encoder.encode(frequencies.before(symbol), frequencies.of(symbol), frequencies.total);
}

export function decodeSymbol(decoder: RangeDecoder, frequencies: Frequencies): number {
  const symbol = frequencies.symbolAt(decoder.target(frequencies.total));
  decoder.take(frequencies.before(symbol), frequencies.of(symbol));
  return symbol;
}

/** Fixed frequencies, from counts whose sum is at most 2²⁸. */
export class FixedFrequencies implements Frequencies {
  readonly #cumulative: Uint32Array;

  constructor(counts: ArrayLike<number>) {
    this.#cumulative = new Uint32Array(counts.length + 1);
    for (let symbol = 0; symbol < counts.length; symbol++)
      this.#cumulative[symbol + 1] = this.#cumulative[symbol]! + counts[symbol]!;
  }

  get total(): number {
    return this.#cumulative.at(-1)!;
  }

  of(symbol: number): number {
    return this.#cumulative[symbol + 1]! - this.#cumulative[symbol]!;
  }

  before(symbol: number): number {
    return this.#cumulative[symbol]!;
  }

  symbolAt(target: number): number {
    return searchCumulative(this.#cumulative, 0, this.#cumulative.length - 1, target);
  }
}

/**
 * Finds the symbol whose share contains `target`, by bisection: the last one with `cumulative[offset + symbol] ≤
 * target`, so never one without a share.
 * @param cumulative holds K + 1 non-decreasing numbers from `offset` on, the first of them 0
 */
export function searchCumulative(cumulative: Uint32Array, offset: number, symbols: number, target: number): number {
  let [low, high] = [0, symbols];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (cumulative[offset + middle]! <= target) low = middle;
    else high = middle;
  }
  return low;
}
