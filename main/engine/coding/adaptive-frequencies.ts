import type { Frequencies } from './frequencies';

/** The total at which counts are halved, after 8 million codes; older codes then weigh less. */
const MOST = 2 ** 24;

/**
 * Frequencies that adapt to what was coded, in the same way on both sides: all begin at 1, and each coded symbol gains
 * 2. This is the estimate of Krichevsky and Trofimov (1981), (n + ½) / (N + K/2), which costs at most (K − 1)/2 · log₂
 * N + K bits more than the best fixed table. When the total would pass `most`, all are halved, rounding up.
 *
 * The counts lie in a Fenwick tree (1994): reading, finding and adding each take log₂ K steps, so 65,536 symbols stay
 * fast.
 */
export class AdaptiveFrequencies implements Frequencies {
  /** Node n (from 1) holds the sum over the symbols n − lowbit(n) … n − 1. */
  readonly #tree: Uint32Array;
  readonly #single: Uint32Array;
  /** The largest power of two up to K. */
  readonly #top: number;
  #total: number;

  /** @param most at least K + 4, at most 2²⁸ */
  constructor(
    private readonly symbols: number,
    private readonly most = MOST,
  ) {
    this.#single = new Uint32Array(symbols).fill(1);
    this.#tree = new Uint32Array(symbols + 1);
    this.#top = 1 << (31 - Math.clz32(symbols));
    this.#total = symbols;
    this.#build();
  }

  get total(): number {
    return this.#total;
  }

  of(symbol: number): number {
    return this.#single[symbol]!;
  }

  before(symbol: number): number {
    let sum = 0;
    for (let node = symbol; node > 0; node &= node - 1) sum += this.#tree[node]!;
    return sum;
  }

  symbolAt(target: number): number {
    let [node, left] = [0, target];
    for (let step = this.#top; step > 0; step >>>= 1) {
      const next = node + step;
      if (next > this.symbols) continue;
      const sum = this.#tree[next]!;
      if (sum > left) continue;
      left -= sum;
      node = next;
    }
    return node;
  }

  /** Counts a symbol that was coded. */
  count(symbol: number): void {
    if (this.#total + 2 > this.most) this.#halve();
    this.#single[symbol]! += 2;
    this.#total += 2;
    for (let node = symbol + 1; node <= this.symbols; node += node & -node) this.#tree[node]! += 2;
  }

  #halve(): void {
    this.#total = 0;
    for (let symbol = 0; symbol < this.symbols; symbol++) {
      const half = (this.#single[symbol]! + 1) >>> 1;
      this.#single[symbol] = half;
      this.#total += half;
    }
    this.#build();
  }

  #build(): void {
    this.#tree.fill(0);
    for (let node = 1; node <= this.symbols; node++) {
      this.#tree[node]! += this.#single[node - 1]!;
      const parent = node + (node & -node);
      if (parent <= this.symbols) this.#tree[parent]! += this.#tree[node]!;
    }
  }
}
