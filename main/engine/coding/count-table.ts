import { AdaptiveFrequencies } from './adaptive-frequencies';
import { damaged } from './damaged';
import { decodeSymbol, encodeSymbol } from './frequencies';
import type { RangeDecoder, RangeEncoder } from './range-coder';

/** Counts stay below 2²⁷, because `CodingLimits.codes` does. */
const CLASSES = 28;
const SLICE = 16;

/**
 * Writes how often each symbol occurs, ahead of the codes: each count's number of bits (0 to 27) by adaptive range
 * coding, then the bits below its highest one as they are. A codebook that is hardly used costs little.
 * @param counts [K], each below 2²⁷
 */
export function writeCounts(encoder: RangeEncoder, counts: Uint32Array): void {
  const lengths = new AdaptiveFrequencies(CLASSES);
  for (const count of counts) {
    const length = 32 - Math.clz32(count);
    encodeSymbol(encoder, lengths, length);
    lengths.count(length);
    for (let left = length - 1; left > 0; left -= SLICE) {
      const taken = Math.min(SLICE, left);
      encoder.bits((count >>> (left - taken)) & ((1 << taken) - 1), taken);
    }
  }
}

/**
 * Reads what `writeCounts` wrote.
 * @param expected the sum that the counts must have
 * @throws BAD_FILE if their sum differs
 */
export function readCounts(decoder: RangeDecoder, symbols: number, expected: number): Uint32Array {
  const lengths = new AdaptiveFrequencies(CLASSES);
  const counts = new Uint32Array(symbols);
  let sum = 0;
  for (let symbol = 0; symbol < symbols; symbol++) {
    const length = decodeSymbol(decoder, lengths);
    lengths.count(length);
    let count = length > 0 ? 1 : 0;
    for (let left = length - 1; left > 0; left -= SLICE) {
      const taken = Math.min(SLICE, left);
      count = (count << taken) | decoder.bits(taken);
    }
    counts[symbol] = count;
    sum += count;
  }
  if (sum !== expected) throw damaged(`its table of frequencies is of ${sum} codes, and it has ${expected}`);
  return counts;
}
