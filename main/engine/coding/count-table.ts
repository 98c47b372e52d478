import { AdaptiveFrequencies } from './adaptive-frequencies';
import { damaged } from './damaged';
import { decodeSymbol, encodeSymbol } from './frequencies';
import type { RangeDecoder, RangeEncoder } from './range-coder';

/** Counts are below 2²⁷: `CodingLimits.codes` is below it. */
const CLASSES = 28;
const SLICE = 16;

/**
 * How often each symbol occurs, as it stands before codes: of each count how many bits it has, 0 to 27, by adaptive range coding, then
 * the bits below its highest one as they are. A codebook of which little is used costs little.
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
 * What `writeCounts` wrote.
 * @param expected what all counts together must be
 * @throws BAD_FILE if they are not
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
