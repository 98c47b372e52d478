import { type Signal, latentBits, valuesOf } from '@shared/specs';
import { type CodeSet, countCodes, layoutOf, requireCodeSet } from './code-set';
import { coders } from './coders';

/**
 * Sizes of the same codes at every stage of coding, in bits over all items. Only what was really coded is a whole
 * number of bytes.
 */
export interface CodeSizes {
  items: number;
  /** Height × width summed over all pictures; bits divided by it are bits per pixel. */
  pixels: number;
  codes: number;
  /** The pictures' pixels stored as bytes. */
  raw: number;
  /** log₂ K bits per code. */
  fixed: number;
  /** ⌈log₂ K⌉ bits per code. */
  packed: number;
  /** Σ −log₂ of each code's share in its layer: a bound for every coder that treats codes as independent. */
  entropy: number;
  huffman: TabledSize;
  static: TabledSize;
  adaptive: number;
}
export interface TabledSize {
  total: number;
  /** The part that is tables of how often codes occur. */
  table: number;
}

/**
 * Codes a set with every coder that needs no model and returns the sizes.
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
    raw: set.items * valuesOf(signal) * 8,
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
