import { type Signal, latentBits } from '@shared/specs';
import { type CodeSet, countCodes, layoutOf, requireCodeSet } from './code-set';
import { coders } from './coders';

/** Bits of the same codes at every stage of coding them, of all items together. Only what was really coded is a whole number of bytes. */
export interface CodeSizes {
  items: number;
  /** Height × width of all pictures: bits divided by it are bits a pixel. */
  pixels: number;
  codes: number;
  /** The pictures' pixels as bytes. */
  raw: number;
  /** log₂ K a code. */
  fixed: number;
  /** ⌈log₂ K⌉ a code. */
  packed: number;
  /** Σ −log₂ of each code's share in its layer: what no coder can go below that takes every code for itself. */
  entropy: number;
  huffman: TabledSize;
  static: TabledSize;
  adaptive: number;
}
export interface TabledSize {
  total: number;
  /** Of it what says how often codes occur. */
  table: number;
}

/**
 * Codes a set in every way that needs no model and says how large it became.
 * @throws BAD_REQUEST for codes beyond the codebook
 */
export function sizesOf(set: CodeSet, signal: Signal): CodeSizes {
  const layout = layoutOf(set.latent);
  requireCodeSet(set, layout);
  const bitsOf = (name: keyof typeof coders): TabledSize => {
    const { payload, tableBits } = coders[name].encode(set, layout);
    return { total: payload.length * 8, table: tableBits };
  };
  return {
    items: set.items,
    pixels: set.items * signal.height * signal.width,
    codes: set.codes.length,
    raw: set.items * signal.height * signal.width * signal.channels * 8,
    fixed: set.items * latentBits(set.latent),
    packed: bitsOf('packed').total,
    entropy: countCodes(set, layout).reduce((sum, counts) => sum + entropyOf(counts), 0),
    huffman: bitsOf('huffman'),
    static: bitsOf('static'),
    adaptive: bitsOf('adaptive').total,
  };
}

/** Σ n log₂(N / n) */
function entropyOf(counts: Uint32Array): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count) => sum + (count > 0 ? count * Math.log2(total / count) : 0), 0);
}
