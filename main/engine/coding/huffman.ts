import { AdaptiveFrequencies } from './adaptive-frequencies';
import type { BitReader, BitWriter } from './bits';
import { damaged } from './damaged';
import { decodeSymbol, encodeSymbol } from './frequencies';
import type { RangeDecoder, RangeEncoder } from './range-coder';

/** Longest code word in bits: 65,536 symbols need 16, and beyond 24 nothing measurable is gained. */
export const LONGEST = 24;
/** The length that marks a symbol that never occurs. */
export const UNUSED = 255;
/** Number of bits that one look-up decodes a word from, if the word is no longer. */
const PEEKED = 10;

/**
 * Lengths of the code words of an optimal prefix code with no word longer than `longest` bits: package-merge (Larmore
 * and Hirschberg 1990). Of two symbols with a choice the lower one gets the longer word. A single symbol needs no bits
 * at all.
 * @param counts [K]; at most 2^longest of them above 0
 * @returns [K] bits, `UNUSED` where the count is 0
 */
export function codeLengths(counts: Uint32Array, longest = LONGEST): Uint8Array {
  const lengths = new Uint8Array(counts.length).fill(UNUSED);
  const used = [...counts.keys()].filter((symbol) => counts[symbol]! > 0);
  used.sort((a, b) => counts[a]! - counts[b]! || a - b);
  for (const symbol of used) lengths[symbol] = 0;
  if (used.length < 2) return lengths;
  const leaves = Float64Array.from(used, (symbol) => counts[symbol]!);
  const isLeaf = mergeLevels(leaves, longest);
  // The first 2n − 2 of the last level are bought; each package among them buys the two nodes of the level before that
  // made it up.
  let bought = 2 * used.length - 2;
  for (let level = longest - 1; level >= 0 && bought > 0; level--) {
    let taken = 0;
    for (let at = 0; at < bought; at++) taken += isLeaf[level]![at]!;
    for (let at = 0; at < taken; at++) lengths[used[at]!]! += 1;
    bought = 2 * (bought - taken);
  }
  return lengths;
}

/** Each level's leaves merged by weight with pairs of the level before; for each place, whether it holds a leaf. */
function mergeLevels(leaves: Float64Array, levels: number): Uint8Array[] {
  const isLeaf: Uint8Array[] = [];
  let before = new Float64Array(0);
  for (let level = 0; level < levels; level++) {
    const pairs = before.length >>> 1;
    const merged = new Float64Array(leaves.length + pairs);
    const kinds = new Uint8Array(merged.length);
    let [leaf, pair] = [0, 0];
    for (let at = 0; at < merged.length; at++) {
      const pairWeight = pair < pairs ? before[2 * pair]! + before[2 * pair + 1]! : Infinity;
      const takesLeaf = leaf < leaves.length && leaves[leaf]! <= pairWeight;
      merged[at] = takesLeaf ? leaves[leaf]! : pairWeight;
      kinds[at] = takesLeaf ? 1 : 0;
      if (takesLeaf) leaf++;
      else pair++;
    }
    isLeaf.push(kinds);
    before = merged;
  }
  return isLeaf;
}

/**
 * A canonical code (Schwartz and Kallick 1964): words of one length are consecutive numbers in the order of their
 * symbols, and shorter words come first. So the lengths determine the whole code.
 */
export class PrefixCode {
  /** The symbols in the order of their words. */
  readonly #symbols: Uint32Array;
  /** The first word of each length, and where its symbols begin. */
  readonly #firstWord = new Uint32Array(LONGEST + 2);
  readonly #firstPlace = new Uint32Array(LONGEST + 2);
  readonly #words: Uint32Array;
  /** Indexed by the next `PEEKED` bits: symbol · 32 + length + 1, or 0 where the word is longer. */
  readonly #table = new Uint32Array(1 << PEEKED);

  /** @param lengths [K] as `codeLengths` gives them */
  constructor(private readonly lengths: Uint8Array) {
    const perLength = new Uint32Array(LONGEST + 1);
    for (const length of lengths) if (length !== UNUSED) perLength[length]! += 1;
    for (let length = 1; length <= LONGEST + 1; length++) {
      this.#firstWord[length] = (this.#firstWord[length - 1]! + perLength[length - 1]!) * 2;
      this.#firstPlace[length] = this.#firstPlace[length - 1]! + perLength[length - 1]!;
    }
    this.#symbols = new Uint32Array(this.#firstPlace[LONGEST + 1]!);
    this.#words = new Uint32Array(lengths.length);
    const place = this.#firstPlace.slice();
    lengths.forEach((length, symbol) => {
      if (length === UNUSED) return;
      const at = place[length]!++;
      const word = this.#firstWord[length]! + at - this.#firstPlace[length]!;
      this.#symbols[at] = symbol;
      this.#words[symbol] = word;
      if (length > PEEKED) return;
      const [from, width] = [word << (PEEKED - length), 1 << (PEEKED - length)];
      this.#table.fill(symbol * 32 + length + 1, from, from + width);
    });
  }

  write(bits: BitWriter, symbol: number): void {
    bits.write(this.#words[symbol]!, this.lengths[symbol]!);
  }

  read(bits: BitReader): number {
    const entry = this.#table[bits.peek(PEEKED)]!;
    if (entry > 0) {
      bits.skip((entry & 31) - 1);
      return entry >>> 5;
    }
    const ahead = bits.peek(LONGEST);
    for (let length = PEEKED + 1; length <= LONGEST; length++) {
      const place = (ahead >>> (LONGEST - length)) - this.#firstWord[length]! + this.#firstPlace[length]!;
      if (place >= this.#firstPlace[length + 1]!) continue;
      bits.skip(length);
      return this.#symbols[place]!;
    }
    throw damaged('its codes are damaged');
  }
}

/** Writes the lengths by adaptive range coding: 0 for a symbol that never occurs, else the length + 1. */
export function writeLengths(encoder: RangeEncoder, lengths: Uint8Array): void {
  const frequencies = new AdaptiveFrequencies(LONGEST + 2);
  for (const length of lengths) {
    const symbol = length === UNUSED ? 0 : length + 1;
    encodeSymbol(encoder, frequencies, symbol);
    frequencies.count(symbol);
  }
}

/**
 * Reads what `writeLengths` wrote.
 * @throws BAD_FILE unless the words form a complete prefix code: with two words or more every sequence of bits begins
 *   with one; a single word is empty
 */
export function readLengths(decoder: RangeDecoder, symbols: number): Uint8Array {
  const frequencies = new AdaptiveFrequencies(LONGEST + 2);
  const lengths = new Uint8Array(symbols);
  let taken = 0;
  for (let symbol = 0; symbol < symbols; symbol++) {
    const read = decodeSymbol(decoder, frequencies);
    frequencies.count(read);
    lengths[symbol] = read === 0 ? UNUSED : read - 1;
    if (read > 0) taken += 1 << (LONGEST - read + 1);
  }
  if (taken !== 0 && taken !== 1 << LONGEST) throw damaged('its Huffman table is not that of a code');
  return lengths;
}
